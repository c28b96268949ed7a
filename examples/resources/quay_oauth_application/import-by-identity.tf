import {
  to = quay_oauth_application.ci
  identity = {
    organization = "acme"
    client_id    = "7K30KPDXOMR8C043U40E"
  }
}
