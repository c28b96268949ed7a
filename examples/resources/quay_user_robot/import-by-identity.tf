import {
  to = quay_user_robot.laptop
  identity = {
    name = "laptop"
  }
}
