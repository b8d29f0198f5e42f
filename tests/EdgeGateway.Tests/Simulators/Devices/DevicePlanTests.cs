using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EdgeGateway.Simulators.Devices;
using EdgeGateway.Simulators.Footage;
using EdgeGateway.Simulators.Hj212;
using EdgeGateway.Simulators.Runs;
using EdgeGateway.Simulators.Scenarios;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Simulators.Devices;

public class DevicePlanTests
{
    const string Yaml = """
        scenario: test
        fleets:
          - {kind: recorder-dock, name: dock, profile: p, faults: [{kind: duplicateStorm, chance: 0.1, copies: 3}]}
          - {kind: camera, name: camera, profile: p, faults: [{kind: lostConnection, at: [10s, 40s], pause: 1s}]}
          - {kind: hj212, name: analyser, profile: p, line: l, mn: 010000A8900016F000169DC0, faults: [{kind: bitFlip, chance: 0.1}]}
        """;

    static readonly byte[][] Pictures = [[0xFF, 0xD8, 0xFF, 0xDB, 1, 0xFF, 0xD9], [0xFF, 0xD8, 0xFF, 0xDB, 2, 0xFF, 0xD9]];

    [Fact]
    public void The_same_seed_gives_the_same_bytes_in_the_same_order_with_the_same_faults()
    {
        Assert.Equal(Describe(Devices(seed: 1)), Describe(Devices(seed: 1)));
        Assert.NotEqual(Describe(Devices(seed: 1)), Describe(Devices(seed: 2)));
    }

    [Fact]
    public void The_bytes_of_a_scenario_are_those_of_every_earlier_version()
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', Describe(Devices(seed: 1)))));
        Assert.Equal("7e9692f563178264f98473de0ea7e5f5da2de24aab8f6403eeeff82046e98df1", Convert.ToHexStringLower(digest));
    }

    [Fact]
    public void Going_through_a_plan_again_gives_the_same_messages()
    {
        foreach (var plan in Devices(seed: 7)) Assert.Equal(Take(plan).Select(Describe), Take(plan).Select(Describe));
    }

    [Fact]
    public void No_two_evidence_messages_of_a_device_are_alike_and_due_times_ascend()
    {
        foreach (var plan in Devices(seed: 1))
        {
            var messages = Take(plan);
            Assert.Equal(messages.Count, messages.DistinctBy(message => message.Sha256).Count());
            Assert.Equal(messages, messages.OrderBy(message => message.Due).ThenBy(message => message.Number));
            Assert.Equal(Enumerable.Range(1, messages.Count), messages.Select(message => (int)message.Number));
        }
    }

    [Fact]
    public void A_device_sends_the_same_whatever_other_devices_there_are()
    {
        var alone = Publishers(count: 1).First();
        var among = Publishers(count: 3).First();
        Assert.Equal(Take(alone).Select(Describe), Take(among).Select(Describe));
    }

    [Fact]
    public void Publishers_fill_their_payload_to_the_byte_with_an_id_of_its_own()
    {
        var messages = Take(Publishers(count: 1).First());
        Assert.All(messages, message => Assert.Equal(1024, message.Payload.Length));
        Assert.All(messages, message => Assert.Equal(message.EventId, JsonDocument.Parse(message.Payload).RootElement.GetProperty("eventId").GetString()));
    }

    [Fact]
    public void Analysers_send_valid_frames_that_want_an_answer_under_a_QN_of_their_own()
    {
        var plan = Devices(seed: 1).OfType<AnalyserPlan>().Single();
        var messages = Take(plan);
        Assert.Equal(messages.Count, messages.DistinctBy(message => message.EventId).Count());
        var frames = messages.ConvertAll(message => Hj212Frame.TryDecode(message.Payload.Span, out var frame) ? frame : null);
        Assert.All(frames, frame => Assert.Equal("5", frame?["Flag"]));
        Assert.Equal(messages.Select(message => message.EventId), frames.Select(frame => frame?["QN"]));
        Assert.Equal(["2011", "2051"], frames.Select(frame => frame!["CN"]!).Distinct());
        // 00:00 UTC is 08:00 in Beijing, and a minute's DataTime is the start of that minute.
        Assert.StartsWith("DataTime=20260105080000;w01001-Rtd=", frames[0]!.Cp, StringComparison.Ordinal);
        Assert.StartsWith("DataTime=20260105075900;w01001-Min=", frames[1]!.Cp, StringComparison.Ordinal);
    }

    [Fact]
    public void Analysers_of_one_fleet_count_on_in_their_device_numbers()
    {
        var scenario = SimSome.Scenario("""
            scenario: t
            fleets:
              - {kind: hj212, name: a, profile: p, line: l, mn: 010000A8900016F00016FFFF, count: 2}
            """);
        var plans = DevicePlans.Of((AnalyserFleet)scenario.Fleets[0], SimSome.Clock, 1);
        var numbers = plans.Select(plan => Hj212Frame.TryDecode(plan.Messages().First().Payload.Span, out var frame) ? frame["MN"] : null);
        Assert.Equal(["010000A8900016F00016FFFF", "010000A8900016F000160000"], numbers);
    }

    [Fact]
    public void An_analyser_asks_for_the_time_sends_back_data_and_cuts_minute_data_where_its_fleet_says_so()
    {
        var scenario = SimSome.Scenario("""
            scenario: t
            fleets:
              - {kind: hj212, name: a, profile: p, line: l, mn: 010000A8900016F000169DC0, realtime: 5s, asksTime: yes, backfill: 2, packets: 2}
            """);

        var frames = new AnalyserPlan((AnalyserFleet)scenario.Fleets[0], 1, SimSome.Clock, 1).Messages().Take(6)
            .Select(message => Hj212Frame.TryDecode(message.Payload.Span, out var frame) ? frame : null).ToList();

        Assert.Equal(["1013", "2051", "2051", "2051", "2051", "2011"], frames.Select(frame => frame!["CN"]));
        Assert.Equal(["5", "7", "7", "7", "7", "5"], frames.Select(frame => frame!["Flag"]));
        Assert.Equal([null, "1", "2", "1", "2", null], frames.Select(frame => frame!["PNO"]));
        Assert.Equal(6, frames.Select(frame => frame!["QN"]).Distinct().Count());
        Assert.StartsWith("DataTime=20260104", frames[1]!.Cp, StringComparison.Ordinal);
        Assert.Equal(frames[1]!.Cp[..23], frames[2]!.Cp[..23]);
    }

    [Fact]
    public void A_picture_with_a_comment_is_the_same_picture_with_one_more_segment()
    {
        var commented = CameraPlan.WithComment(Pictures[0], "cam-1 5");
        Assert.Equal("FFD8FFFE000963616D2D312035FFDB01FFD9", Convert.ToHexString(commented));
    }

    [Fact]
    public void Faults_strike_at_their_times_once_and_by_chance_about_as_often_as_it_says()
    {
        FaultRule[] rules =
        [
            new(FaultKind.LostConnection, 0, [TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(11)], 0, TimeSpan.FromSeconds(2)),
            new(FaultKind.BitFlip, 0.25, [], 0, default),
        ];
        var plan = new FaultPlan(rules, 1, "sim-1");
        var faults = Enumerable.Range(0, 1000).Select(second => plan.Next(TimeSpan.FromSeconds(second), bits: 800)).ToList();
        var lost = faults.Index().Where(item => item.Item.Any(fault => fault.Kind == FaultKind.LostConnection)).Select(item => item.Index);
        Assert.Equal([10, 11], lost);
        var flips = faults.SelectMany(list => list).Where(fault => fault.Kind == FaultKind.BitFlip).ToList();
        Assert.InRange(flips.Count, 200, 300);
        Assert.All(flips, flip => Assert.InRange(flip.Bit, 0, 799));
    }

    [Fact]
    public void A_clock_step_moves_the_times_of_the_messages_after_it_and_nothing_else()
    {
        var plain = Take(Docks("")[0]);
        var stepped = Take(Docks("faults: [{kind: clockStep, at: 25s, by: -26304h}]")[0]);

        Assert.Equal(plain.Select(message => message.Due), stepped.Select(message => message.Due));
        var first = plain.Zip(stepped).TakeWhile(pair => pair.First.Sha256 == pair.Second.Sha256).Count();
        Assert.True(plain[first - 1].Due >= TimeSpan.FromSeconds(25) && plain[first - 2].Due < TimeSpan.FromSeconds(25));
        Assert.All(stepped.Skip(first), message => Assert.Contains("\"2023-01-0", Encoding.UTF8.GetString(message.Payload.Span), StringComparison.Ordinal));
    }

    [Fact]
    public void A_clock_step_by_chance_changes_no_other_fault_and_is_the_same_each_time()
    {
        const string Others = "{kind: lostConnection, chance: 0.2}, {kind: replay, chance: 0.1}";
        var plain = Take(Docks($"faults: [{Others}]")[0]);
        var stepped = Take(Docks($"faults: [{Others}, {{kind: clockStep, chance: 0.1, by: 90s}}]")[0]);

        Assert.Equal(Describe(stepped), Describe(Take(Docks($"faults: [{Others}, {{kind: clockStep, chance: 0.1, by: 90s}}]")[0])));
        Assert.NotEqual(Describe(plain), Describe(stepped));
        Assert.Contains(plain, message => message.Faults.Any(fault => fault.Kind == FaultKind.Replay));
        static List<string> Describe(List<PlannedMessage> messages) => messages.ConvertAll(DevicePlanTests.Describe);
    }

    static List<RecorderDockPlan> Docks(string faults)
    {
        var scenario = SimSome.Scenario($$"""
            scenario: t
            fleets:
              - {kind: recorder-dock, name: dock, profile: p{{(faults.Length > 0 ? ", " : "")}}{{faults}}}
            """);
        return [new RecorderDockPlan((RecorderDockFleet)scenario.Fleets[0], 1, SimSome.Clock, 1, [])];
    }

    static IReadOnlyList<IDevicePlan> Devices(long seed)
    {
        var scenario = SimSome.Scenario(Yaml);
        return [.. scenario.Fleets.Select(fleet => (IDevicePlan)(fleet switch
        {
            RecorderDockFleet dock => new RecorderDockPlan(dock, 1, SimSome.Clock, seed, []),
            CameraFleet camera => new CameraPlan(camera, 1, SimSome.Clock, seed, new CameraFootage.Footage([], Pictures)),
            AnalyserFleet analyser => new AnalyserPlan(analyser, 1, SimSome.Clock, seed),
            _ => throw new InvalidOperationException(fleet.ToString()),
        }))];
    }

    static IEnumerable<IDevicePlan> Publishers(int count)
    {
        var fleet = (PublisherFleet)ScenarioFiles.Read("crash-load").Fleets[0];
        return Enumerable.Range(1, count).Select(number => new PublisherPlan(fleet with { Head = fleet.Head with { Count = count } }, number, SimSome.Clock, 1));
    }

    static List<PlannedMessage> Take(IDevicePlan plan) => [.. plan.Messages().Take(300)];

    static List<string> Describe(IEnumerable<IDevicePlan> plans) => [.. plans.SelectMany(Take).Select(Describe)];

    static string Describe(PlannedMessage message) =>
        $"{message.Device} {message.Number} {message.Due} {message.Address} {message.Qos} {message.Class} {message.EventId} {message.Sha256} "
        + string.Join(',', message.Faults.Select(fault => $"{fault.Kind} {fault.Bit} {fault.Copies} {fault.Pause}"));
}
