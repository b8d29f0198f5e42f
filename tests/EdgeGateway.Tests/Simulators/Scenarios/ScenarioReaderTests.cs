using EdgeGateway.Simulators.Devices;
using EdgeGateway.Simulators.Mqtt;
using EdgeGateway.Simulators.Scenarios;

namespace EdgeGateway.Tests.Simulators.Scenarios;

public class ScenarioReaderTests
{
    const string Good = """
        scenario: test
        fleets:
          - kind: camera
            name: cam
            profile: camera-mqtt
            mqtt: 3.1.1
            snapshot: 2.5s
            faults:
              - kind: lostConnection
                at: [2m, 30s]
                pause: 1s
        """;

    [Fact]
    public void What_is_written_is_what_is_read_and_the_rest_has_its_defaults()
    {
        var fleet = Assert.IsType<CameraFleet>(Assert.Single(Read(Good).Fleets));
        Assert.Equal(("cam", 1, "camera-mqtt", null), (fleet.Head.Name, fleet.Head.Count, fleet.Head.Profile, fleet.Head.Messages));
        Assert.Equal((MqttVersion.V311, (byte)1, 10), (fleet.Mqtt.Version, fleet.Mqtt.Qos, fleet.Mqtt.Window));
        Assert.Equal(TimeSpan.FromMilliseconds(2500), fleet.SnapshotEvery);
        var fault = Assert.Single(fleet.Head.Faults);
        Assert.Equal((FaultKind.LostConnection, 0d, TimeSpan.FromSeconds(1)), (fault.Kind, fault.Chance, fault.Pause));
        Assert.Equal([TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2)], fault.At);
    }

    [Fact]
    public void Every_shipped_scenario_is_valid_and_named_as_its_file()
    {
        var files = ScenarioFiles.ShippedFiles().ToList();
        Assert.Contains(files, file => file.EndsWith("/bench.yaml", StringComparison.Ordinal));
        Assert.Contains(files, file => file.EndsWith("/crash-load.yaml", StringComparison.Ordinal));
        Assert.All(files, file => Assert.Equal(Path.GetFileNameWithoutExtension(file), ScenarioFiles.Read(file).Name));
    }

    [Theory]
    [InlineData("snapshot: 2.5s", "snapshots: 2.5s", 7, 5, "'snapshots'")]
    [InlineData("snapshot: 2.5s", "snapshot: 2.5", 7, 15, "a number with ms, s, m or h")]
    [InlineData("mqtt: 3.1.1", "mqtt: 4", 6, 11, "one of 5, 3.1.1")]
    [InlineData("kind: camera", "kind: drone", 3, 11, "recorder-dock, camera, publisher, liar, hj212, gnss")]
    [InlineData("kind: lostConnection", "kind: bitFlip", 9, 15, "halfFrame, duplicateStorm, lostConnection, reconnect, clockStep, replay, decommissioned, fullDisk")]
    [InlineData("at: [2m, 30s]", "chance: 1.5", 10, 17, "from 0 to 1")]
    [InlineData("at: [2m, 30s]", "at: [2m, soon]", 10, 18, "'at'")]
    [InlineData("at: [2m, 30s]", "chance: 0", 9, 9, "never happens")]
    [InlineData("kind: lostConnection", "kind: clockStep", 9, 9, "fault 1 has no 'by'")]
    [InlineData("kind: lostConnection", "by: 0s\n        kind: clockStep", 9, 13, "or -10s")]
    [InlineData("kind: lostConnection", "by: -1h\n        kind: replay", 9, 9, "'by'")]
    [InlineData("name: cam", "expects: war\n    name: cam", 4, 14, "one of acceptance, refusal")]
    [InlineData("name: cam", "name: Cam", 4, 11, "lower-case")]
    [InlineData("profile: camera-mqtt", "count: 0", 5, 12, "from 1 to 2000")]
    [InlineData("fleets:", "fleets: []\nothers:", 2, 9, "at least one")]
    [InlineData("scenario: test", "scenario: test\nscenario: test", 2, 1, "Duplicate key")]
    [InlineData("pause: 1s", "pause: 1s\n      }", 12, 7, "")]
    public void A_problem_is_reported_at_its_line_and_column(string good, string bad, long line, long column, string message)
    {
        Assert.Null(ScenarioReader.Read(Good.Replace(good, bad, StringComparison.Ordinal), out var problems));
        Assert.Contains(problems, problem => (problem.Line, problem.Column) == (line, column) && problem.Message.Contains(message, StringComparison.Ordinal));
    }

    [Fact]
    public void All_problems_are_reported_together_in_the_order_of_the_file()
    {
        var text = Good.Replace("name: cam", "name: A", StringComparison.Ordinal).Replace("1s", "never", StringComparison.Ordinal);
        Assert.Null(ScenarioReader.Read(text + "\nzoo: 1\n", out var problems));
        Assert.Equal([4, 11, 12], problems.Select(problem => problem.Line));
    }

    [Fact]
    public void A_receiver_is_alone_on_its_line()
    {
        const string Receiver = "{kind: gnss, name: a, profile: p, line: l}";
        Assert.NotNull(ScenarioReader.Read($"scenario: s\nfleets: [{Receiver}]", out _));
        foreach (var text in (string[])[$"scenario: s\nfleets: [{Receiver}, {{kind: hj212, name: b, profile: p, line: l, mn: 010000A8900016F000169DC0}}]",
            $"scenario: s\nfleets: [{Receiver.Replace("}", ", count: 2}", StringComparison.Ordinal)}]"])
        {
            Assert.Null(ScenarioReader.Read(text, out var problems));
            Assert.Contains("alone", Assert.Single(problems).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(1000, true)]
    [InlineData(1001, false)]
    public void All_fleets_together_have_2000_devices_at_most(int second, bool fits)
    {
        var text = $"scenario: s\nfleets: [{Fleet("a", 1000)}, {Fleet("b", second)}]";

        Assert.Equal(fits, ScenarioReader.Read(text, out var problems)?.Devices == 2000);

        if (!fits) Assert.Equal("line 1, column 1: the fleets have 2001 devices together: lower 'count', at most 2000 may play", Assert.Single(problems).ToString());
        static string Fleet(string name, int count) => $"{{kind: recorder-dock, name: {name}, profile: p, count: {count}}}";
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("a: 1\n---\nb: 2")]
    [InlineData("\t")]
    public void What_is_no_mapping_is_a_problem(string text)
    {
        Assert.Null(ScenarioReader.Read(text, out var problems));
        Assert.NotEmpty(problems);
    }

    [Fact]
    public void A_file_cut_anywhere_or_with_any_character_changed_never_breaks_the_reader()
    {
        var random = new Random(5);
        for (var length = 0; length < Good.Length; length++) _ = ScenarioReader.Read(Good[..length], out _);
        for (var i = 0; i < 2000; i++)
        {
            var text = Good.ToCharArray();
            text[random.Next(text.Length)] = (char)random.Next(32, 127);
            var scenario = ScenarioReader.Read(new string(text), out var problems);
            Assert.Equal(scenario is null, problems.Count > 0);
        }
    }

    [Theory]
    [InlineData("250ms", 250)]
    [InlineData("10s", 10_000)]
    [InlineData("1.5m", 90_000)]
    [InlineData("2h", 7_200_000)]
    public void A_duration_has_a_number_and_a_unit(string text, double milliseconds)
    {
        Assert.True(Duration.TryParse(text, out var duration));
        Assert.Equal(milliseconds, duration.TotalMilliseconds);
    }

    [Theory]
    [InlineData("-1.5m", -90)]
    [InlineData("26304h", 94_694_400)]
    public void A_clock_steps_forward_or_back_also_by_years(string text, double seconds)
    {
        Assert.True(Duration.TryParseStep(text, out var step));
        Assert.Equal(seconds, step.TotalSeconds);
        Assert.False(Duration.TryParseStep("-" + text, out _) && Duration.TryParseStep("0s", out _));
    }

    [Theory]
    [InlineData("10")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("1e9h")]
    [InlineData("999999999h")]
    [InlineData("1,5s")]
    public void Anything_else_is_no_duration(string text) => Assert.False(Duration.TryParse(text, out _));

    static Scenario Read(string text)
    {
        var scenario = ScenarioReader.Read(text, out var problems);
        Assert.Empty(problems);
        return scenario!;
    }
}
