using System.Text;
using EdgeGateway.Devices.Serial.Hj212;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Devices.Serial.Hj212;

public sealed class Hj212PacketsTests
{
    static readonly DateTimeOffset Now = new(2026, 11, 22, 8, 0, 0, TimeSpan.Zero);
    static readonly Hj212Packet First = Packet(1, 0, Hj212Vectors.Bytes(Hj212Vectors.SplitFirst));
    static readonly Hj212Packet Second = Packet(2, 1, Hj212Vectors.Bytes(Hj212Vectors.SplitSecond));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_packets_of_the_standard_are_one_message_whichever_of_them_is_shown(bool first)
    {
        var message = Hj212Packets.Join(first ? First : Second, [Second, First])!;

        Assert.Equal([(1, 1L), (2, 2L)], message.Parts);
        Assert.Empty(message.Missing);
        Assert.Equal(
            ["DataTime", "w00000-Cou", "w00000-Min", "w00000-Avg", "w00000-Max", "w00000-Flag", "w01001-Min", "w01001-Avg", "w01001-Max", "w01001-Flag",
                "w01018-Cou", "w01018-Min", "w01018-Avg", "w01018-Max", "w01018-Flag"],
            message.Values.Select(value => value.Name));
    }

    [Fact]
    public void A_part_that_never_came_is_told()
    {
        var message = Hj212Packets.Join(Second, [])!;

        Assert.Equal([1], message.Missing);
        Assert.Equal("w01018-Cou", message.Values[1].Name);
    }

    [Fact]
    public void A_CP_that_was_cut_anywhere_is_joined_where_it_was_cut()
    {
        var one = Cut(1, 3, 1, "DataTime=20261122080000;w01018-Av");
        var two = Cut(2, 3, 2, "g=40.1;w0");
        var three = Cut(3, 3, 3, "1001-Avg=7.5");

        Assert.Equal(
            "DataTime=20261122080000 w01018-Avg=40.1 w01001-Avg=7.5", string.Join(' ', Hj212Packets.Join(two, [three, one])!.Values));
        Assert.Equal("DataTime=20261122080000 w01018-Av= 1001-Avg=7.5", string.Join(' ', Hj212Packets.Join(one, [three])!.Values));
    }

    [Fact]
    public void A_password_that_was_cut_in_two_is_masked() =>
        Assert.Equal("NewPW=******", string.Join(' ', Hj212Packets.Join(Cut(1, 2, 1, "NewP"), [Cut(2, 2, 2, "W=secret")])!.Values));

    [Fact]
    public void What_came_half_a_minute_apart_or_is_of_another_time_command_or_count_is_another_message()
    {
        Hj212Packet[] others =
        [
            Second with { ReceivedAt = Now + TimeSpan.FromSeconds(31) },
            Cut(5, 2, 2, "DataTime=20160801090000;a=1"),
            Cut(6, 3, 2, "DataTime=20160801080000;a=1"),
            Cut(7, 2, 2, "DataTime=20160801080000;a=1", "2051"),
        ];

        Assert.Equal([2], Hj212Packets.Join(First, others)!.Missing);
    }

    [Fact]
    public void Of_two_packets_with_one_number_the_nearer_in_time_counts()
    {
        var later = Second with { Index = 9, ReceivedAt = Now + TimeSpan.FromSeconds(20) };

        Assert.Equal(2, Hj212Packets.Join(First, [later, Second])!.Parts[1].Index);
    }

    [Theory]
    [InlineData("Flag=7;PNUM=1;PNO=1")]
    [InlineData("Flag=7;PNUM=65;PNO=1")]
    [InlineData("Flag=7;PNUM=2;PNO=3")]
    [InlineData("Flag=7;PNUM=2;PNO=0")]
    [InlineData("Flag=7;PNUM=99999999999;PNO=1")]
    [InlineData("Flag=7;PNO=1")]
    [InlineData("Flag=5;PNUM=2;PNO=1")]
    [InlineData("PNUM=2;PNO=1")]
    public void What_says_no_place_in_a_message_of_2_to_64_packets_is_none(string fields) =>
        Assert.Null(Hj212Packets.Join(Packet(1, 0, Frame($"QN=1;CN=2061;MN=A;{fields};CP=&&a=1&&")), [Second]));

    [Fact]
    public void Any_packets_are_joined_without_failing() => Fuzz(10_000);

    internal static void Fuzz(int inputs)
    {
        var random = new Random(212);
        var pieces = new[] { "DataTime=20160801080000", ";", ",", "=", "NewPW=x", "w01018-Avg=1", "a", "" };
        for (var i = 0; i < inputs; i++)
        {
            var packets = Enumerable.Range(0, random.Next(1, 6))
                .Select(n => Cut(n, random.Next(1, 5), random.Next(0, 5), string.Concat(random.GetItems(pieces, random.Next(0, 5)))))
                .ToArray();
            if (Hj212Packets.Join(packets[0], packets) is not { } message) continue;
            Assert.Equal(message.Count, message.Parts.Count + message.Missing.Count());
        }
    }

    static Hj212Packet Cut(long index, int count, int number, string cp, string command = "2061") =>
        Packet(index, 0, Frame($"QN={index};ST=32;CN={command};MN=010000A8900016F000169DC0;Flag=7;PNUM={count};PNO={number};CP=&&{cp}&&"));

    static Hj212Packet Packet(long index, int seconds, byte[] bytes) => Hj212Packet.Of(index, Now.AddSeconds(seconds), bytes)!;

    static byte[] Frame(string data) => Hj212Frame.Encode(Encoding.ASCII.GetBytes(data));
}
