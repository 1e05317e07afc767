package import Catalog

/// The tables of the platform that its own fields are about.
package enum Platform {
  package static let job = TableName(schema: "control", name: "experiment_job")
  package static let feedSession = TableName(schema: "control", name: "ingestion_live_session")
  package static let session = TableName(schema: "control", name: "modeling_session")
  package static let servingVersion = TableName(schema: "control", name: "serving_version")
  package static let activation = TableName(schema: "control", name: "serving_activation")
  package static let datasetVersion = TableName(schema: "ingestion", name: "dataset_versions")
}
