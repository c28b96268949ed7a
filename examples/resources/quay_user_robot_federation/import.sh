terraform import quay_user_robot_federation.laptop 'laptop'
