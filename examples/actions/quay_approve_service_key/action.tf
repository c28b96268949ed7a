# terraform apply -invoke=action.quay_approve_service_key.clair
action "quay_approve_service_key" "clair" {
  config {
    kid   = "Rh7_-1bg0Ps0SWLZPj3toduSO9ye2ASorbUEkHlVBBY"
    notes = "compared with what clair logged"
  }
}
