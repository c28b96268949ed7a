import {
  to = quay_app_token.laptop
  id = "aff0604d-4de0-4db1-9eaa-b55021c20504"
}
