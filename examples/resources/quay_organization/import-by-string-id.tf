import {
  to = quay_organization.globex
  id = "globex"
}
