#pragma once
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/decoder.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

// A public key out of PEM: a public key of either form, or that of a certificate; none of a private
// key. The caller frees it.
static inline EVP_PKEY *apus_key_from_pem(const unsigned char *text, size_t length) {
  EVP_PKEY *key = NULL;
  const unsigned char *rest = text;
  size_t left = length;
  OSSL_DECODER_CTX *decoder =
      OSSL_DECODER_CTX_new_for_pkey(&key, "PEM", NULL, NULL, EVP_PKEY_PUBLIC_KEY, NULL, NULL);
  if (decoder) OSSL_DECODER_from_data(decoder, &rest, &left);
  OSSL_DECODER_CTX_free(decoder);
  if (!key && length <= INT_MAX) {
    BIO *bio = BIO_new_mem_buf(text, (int)length);
    X509 *certificate = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
    if (certificate) key = X509_get_pubkey(certificate);
    X509_free(certificate);
    BIO_free(bio);
  }
  ERR_clear_error();
  return key;
}

// A public key out of the parameters that a builder holds; frees the builder.
static inline EVP_PKEY *apus_key_from_parameters(const char *type, OSSL_PARAM_BLD *builder) {
  EVP_PKEY *key = NULL;
  OSSL_PARAM *parameters = builder ? OSSL_PARAM_BLD_to_param(builder) : NULL;
  EVP_PKEY_CTX *context = parameters ? EVP_PKEY_CTX_new_from_name(NULL, type, NULL) : NULL;
  if (context && EVP_PKEY_fromdata_init(context) == 1)
    EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters);
  EVP_PKEY_CTX_free(context);
  OSSL_PARAM_free(parameters);
  OSSL_PARAM_BLD_free(builder);
  ERR_clear_error();
  return key;
}

static inline EVP_PKEY *apus_key_from_rsa(const unsigned char *modulus, int modulus_length,
                                          const unsigned char *exponent, int exponent_length) {
  OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
  BIGNUM *n = BN_bin2bn(modulus, modulus_length, NULL);
  BIGNUM *e = BN_bin2bn(exponent, exponent_length, NULL);
  EVP_PKEY *key = NULL;
  if (builder && n && e && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n) &&
      OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e))
    key = apus_key_from_parameters("RSA", builder);
  else
    OSSL_PARAM_BLD_free(builder);
  BN_free(n);
  BN_free(e);
  return key;
}

// `point` is in the uncompressed form: 4, x, y.
static inline EVP_PKEY *apus_key_from_point(const char *curve, const unsigned char *point,
                                            size_t length) {
  OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
  if (builder && OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, curve, 0) &&
      OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point, length))
    return apus_key_from_parameters("EC", builder);
  OSSL_PARAM_BLD_free(builder);
  return NULL;
}

static inline EVP_PKEY *apus_key_from_ed25519(const unsigned char *bytes, size_t length) {
  EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, bytes, length);
  ERR_clear_error();
  return key;
}

// The signature r || s, each of half the length, in the form that OpenSSL verifies; freed by
// OPENSSL_free.
static inline int apus_ecdsa_der(const unsigned char *raw, int length, unsigned char **der) {
  ECDSA_SIG *signature = ECDSA_SIG_new();
  BIGNUM *r = BN_bin2bn(raw, length / 2, NULL);
  BIGNUM *s = BN_bin2bn(raw + length / 2, length / 2, NULL);
  int size = -1;
  *der = NULL;
  if (signature && r && s && ECDSA_SIG_set0(signature, r, s) == 1) {
    size = i2d_ECDSA_SIG(signature, der);
  } else {
    BN_free(r);
    BN_free(s);
  }
  ECDSA_SIG_free(signature);
  return size;
}

// Whether a signature is that of the data; `padding` is 0 where the key's type has none.
static inline int apus_verify(EVP_PKEY *key, const EVP_MD *digest, int padding,
                              const unsigned char *signature, size_t signature_length,
                              const unsigned char *data, size_t length) {
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  EVP_PKEY_CTX *options = NULL;
  int is_good = context && EVP_DigestVerifyInit(context, &options, digest, NULL, key) == 1;
  if (is_good && padding)
    is_good = EVP_PKEY_CTX_set_rsa_padding(options, padding) == 1 &&
              (padding != RSA_PKCS1_PSS_PADDING ||
               EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) == 1);
  is_good = is_good &&
            EVP_DigestVerify(context, signature, signature_length, data, length) == 1;
  EVP_MD_CTX_free(context);
  ERR_clear_error();
  return is_good;
}
