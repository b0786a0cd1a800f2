select hub.create_records();
