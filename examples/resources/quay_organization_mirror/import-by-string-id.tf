import {
  to = quay_organization_mirror.mirrored
  id = "mirrored"
}
