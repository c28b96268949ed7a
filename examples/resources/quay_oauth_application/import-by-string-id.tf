import {
  to = quay_oauth_application.ci
  id = "acme:7K30KPDXOMR8C043U40E"
}
