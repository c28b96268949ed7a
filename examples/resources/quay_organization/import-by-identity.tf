import {
  to = quay_organization.globex
  identity = {
    name = "globex"
  }
}
