import {
  to = quay_service_key_approval.clair
  id = "Rh7_-1bg0Ps0SWLZPj3toduSO9ye2ASorbUEkHlVBBY"
}
