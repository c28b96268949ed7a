import {
  to = quay_oauth_application_token.ci
  id = "acme:7K30KPDXOMR8C043U40E:ca45a858-38f9-45ae-915f-4988351a9d12"
}
