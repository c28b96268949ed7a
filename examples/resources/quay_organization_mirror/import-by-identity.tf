import {
  to = quay_organization_mirror.mirrored
  identity = {
    organization = "mirrored"
  }
}
