import {
  to = quay_message.maintenance
  id = "aff0604d-4de0-4db1-9eaa-b55021c20504"
}
