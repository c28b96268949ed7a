list "quay_service_key" "clair" {
  provider = quay

  config {
    service = "clair"
  }
}
