"""Writes events.tfevents: numbers and a text in TensorBoard's own messages, for EventFileTests.

    python freeze_events.py                # tensorboard 2.21, protobuf 7
    python freeze_events.py check FOLDER   # prints what TensorBoard reads of a folder of event files

The messages are serialised field by field in the order of their numbers, and the records are framed
by TensorBoard's own RecordWriter, so equal events are equal bytes.
"""

import io
import json
import sys
from pathlib import Path

from tensorboard.compat.proto import event_pb2, summary_pb2, tensor_pb2, tensor_shape_pb2, types_pb2
from tensorboard.summary.writer.record_writer import RecordWriter


def check(folder):
    from tensorboard.backend.event_processing.event_multiplexer import EventMultiplexer

    runs = EventMultiplexer(size_guidance={"scalars": 0, "tensors": 0}).AddRunsFromDirectory(folder)
    runs.Reload()
    found = {}
    for run, tags in runs.Runs().items():
        found[run] = {
            "scalars": {
                tag: [(event.step, event.wall_time, event.value) for event in runs.Scalars(run, tag)]
                for tag in tags["scalars"]
            },
            "texts": {
                tag: [event.tensor_proto.string_val[0].decode() for event in runs.Tensors(run, tag)]
                for tag in tags["tensors"]
            },
        }
    print(json.dumps(found, indent=1, sort_keys=True))


def freeze():
    begin = 1_763_790_852.25
    events = [event_pb2.Event(wall_time=begin, file_version="brain.Event:2")]
    metadata = summary_pb2.SummaryMetadata(
        plugin_data=summary_pb2.SummaryMetadata.PluginData(plugin_name="text"),
        data_class=summary_pb2.DATA_CLASS_TENSOR)
    tensor = tensor_pb2.TensorProto(
        dtype=types_pb2.DT_STRING, tensor_shape=tensor_shape_pb2.TensorShapeProto(),
        string_val=["| field | value |\n| :--- | :--- |\n| alpha | 0.1 |\n".encode()])
    values = [
        (0, 0.0, dict(tag="config", tensor=tensor, metadata=metadata)),
        (1, 0.5, dict(tag="loss", simple_value=2.7632960171022463)),
        (300, 1.0, dict(tag="completions/mean_length", simple_value=-31.5)),
        (2**40, 2.0, dict(tag="größe", simple_value=0.0)),
    ]
    for step, seconds, value in values:
        events.append(
            event_pb2.Event(
                wall_time=begin + seconds, step=step,
                summary=summary_pb2.Summary(value=[summary_pb2.Summary.Value(**value)])))
    file = io.BytesIO()
    writer = RecordWriter(file)
    for event in events:
        writer.write(event.SerializeToString(deterministic=True))
    Path(__file__).with_name("events.tfevents").write_bytes(file.getvalue())


if __name__ == "__main__":
    check(sys.argv[2]) if sys.argv[1:2] == ["check"] else freeze()
