import {
  to = quay_service_key_approval.clair
  identity = {
    kid = "Rh7_-1bg0Ps0SWLZPj3toduSO9ye2ASorbUEkHlVBBY"
  }
}
