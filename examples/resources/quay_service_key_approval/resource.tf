# The data source quay_service_keys tells which keys wait for an approval.
resource "quay_service_key_approval" "clair" {
  kid   = "Rh7_-1bg0Ps0SWLZPj3toduSO9ye2ASorbUEkHlVBBY"
  notes = "Looked at by the security team"
}
