import {
  to = quay_oauth_application_token.ci
  identity = {
    organization = "acme"
    client_id    = "7K30KPDXOMR8C043U40E"
    uuid         = "ca45a858-38f9-45ae-915f-4988351a9d12"
  }
}
