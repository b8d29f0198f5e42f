using System.Text.Json;
using EdgeGateway.Evidence;
using EdgeGateway.Ingest;
using EdgeGateway.Ledger;
using Microsoft.Extensions.Time.Testing;

namespace EdgeGateway.Tests.Ingest;

public sealed class TelemetryFolderTests
{
    readonly FakeTimeProvider _time = new();

    [Fact]
    public void Many_messages_become_one_observation_a_device()
    {
        var folder = new TelemetryFolder(_time);
        for (var i = 0; i < 100; i++) folder.Observe(IngestSome.Telemetry($"cam-{i % 3}", IngestSome.Noon.AddSeconds(i), ("battery", $"{90 - i}")));

        var observations = folder.Take().OrderBy(observation => observation.DeviceId).ToList();

        Assert.Equal([34, 33, 33], observations.Select(observation => observation.Messages));
        Assert.Empty(folder.Take());
        var json = Json(observations[0]);
        Assert.Equal("-9", json.GetProperty("batteryLow").GetString());
        Assert.Equal(34, json.GetProperty("hours").GetProperty("2026-11-22T04").GetInt32());
    }

    [Fact]
    public void A_change_of_firmware_is_handed_over_at_once_and_only_once()
    {
        var folder = new TelemetryFolder(_time);
        folder.Observe(IngestSome.Telemetry("cam-01", IngestSome.Noon, ("firmware", "1.0")));
        folder.Observe(IngestSome.Telemetry("cam-01", IngestSome.Noon, ("firmware", "1.0")));
        Assert.False(folder.Changes.TryRead(out _));

        folder.Observe(IngestSome.Telemetry("cam-01", IngestSome.Noon, ("firmware", "1.1")));

        Assert.True(folder.Changes.TryRead(out var changed));
        Assert.Equal("1.1", Json(changed).GetProperty("firmware").GetString());
        Assert.Empty(folder.Take());
        Assert.False(folder.Changes.TryRead(out _));
    }

    [Fact]
    public void A_device_that_changes_all_the_time_is_folded()
    {
        var folder = new TelemetryFolder(_time);
        for (var i = 0; i < 100; i++) folder.Observe(IngestSome.Telemetry("cam-01", IngestSome.Noon, ("state", $"s{i}")));

        var handed = 0;
        while (folder.Changes.TryRead(out _)) handed++;

        Assert.Equal(1, handed);
        Assert.Equal(98, Assert.Single(folder.Take()).Messages);
    }

    [Fact]
    public void Noise_of_a_receiver_is_no_move_and_a_kilometre_is()
    {
        var folder = new TelemetryFolder(_time);
        folder.Observe(IngestSome.Telemetry("cam-01", IngestSome.Noon, ("latitude", "29.83000"), ("longitude", "115.22000")));
        folder.Observe(IngestSome.Telemetry("cam-01", IngestSome.Noon, ("latitude", "29.83005"), ("longitude", "115.22003")));
        Assert.False(folder.Changes.TryRead(out _));

        folder.Observe(IngestSome.Telemetry("cam-01", IngestSome.Noon, ("latitude", "29.84000"), ("longitude", "115.22000")));

        Assert.True(folder.Changes.TryRead(out var moved));
        Assert.Equal("29.8400000", Json(moved).GetProperty("position").GetProperty("north").GetString());
    }

    [Fact]
    public void Clock_offsets_keep_exact_extremes_however_many_there_are()
    {
        var observation = new DeviceObservation("cam-01");
        var random = new Random(7);
        for (var i = 0; i < 5000; i++)
        {
            var offset = i == 1234 ? -99_999 : i == 4321 ? 99_999 : random.Next(-100, 100);
            observation.Add(Late(offset));
        }

        var offsets = Json(observation).GetProperty("clockOffsetMs");

        Assert.Equal((-99_999, 99_999, 5000), (offsets.GetProperty("min").GetInt32(), offsets.GetProperty("max").GetInt32(), offsets.GetProperty("n").GetInt32()));
        Assert.InRange(offsets.GetProperty("median").GetInt32(), -20, 20);
    }

    [Theory]
    [InlineData("NaN")]
    [InlineData("1e999")]
    [InlineData("not a number")]
    [InlineData("")]
    public void A_battery_that_is_no_number_is_left_out(string value)
    {
        var observation = new DeviceObservation("cam-01");
        observation.Add(IngestSome.Telemetry("cam-01", IngestSome.Noon, ("battery", value)));

        Assert.False(Json(observation).TryGetProperty("batteryLow", out _));
    }

    [Fact]
    public void Observations_of_the_longest_fields_are_split_so_that_each_entry_fits()
    {
        var hostile = new string('\u0001', 256);
        var devices = Enumerable.Range(0, 200).Select(i =>
        {
            var observation = new DeviceObservation($"cam-{i:d3}");
            observation.Add(IngestSome.Telemetry($"cam-{i:d3}", IngestSome.Noon, ("firmware", hostile), ("serialNumber", hostile), ("state", hostile)));
            return observation;
        });

        var drafts = ObservationDraft.Of(devices, "interval", IngestSome.Noon, IngestSome.Noon).ToList();

        Assert.True(drafts.Count > 1);
        Assert.All(drafts, draft => Assert.InRange(draft.PrivatePart.PrivatePart.Length, 1, LedgerRecord.MaximumPrivateBytes));
        Assert.Equal(200, drafts.Sum(draft => JsonDocument.Parse(draft.PrivatePart.PrivatePart.ToArray()).RootElement.GetProperty("devices").GetArrayLength()));
    }

    static Arrival Late(int offsetMilliseconds)
    {
        var arrival = IngestSome.Telemetry("cam-01", IngestSome.Noon);
        return new Arrival
        {
            Device = arrival.Device,
            Message = arrival.Message,
            Payload = arrival.Payload,
            Interpretation = new Interpretation { Verdict = ParseVerdict.Ok, CapturedAtUtc = IngestSome.Noon.AddMilliseconds(offsetMilliseconds) },
            Address = arrival.Address,
            Authentication = arrival.Authentication,
            ReceivedAt = IngestSome.Noon,
        };
    }

    static JsonElement Json(DeviceObservation observation)
    {
        var json = new CanonicalJsonWriter();
        observation.Write(json);
        return JsonDocument.Parse(json.Written.ToArray()).RootElement;
    }
}
