import Engine
import HTTP

extension HTTPHeaders {
  /// The headers as webhooks are told them.
  var webhookFields: [WebhookHeaderField] {
    var fields: [WebhookHeaderField] = []
    forEachAsSent { fields.append(WebhookHeaderField(name: $0, value: $1)) }
    return fields
  }
}
