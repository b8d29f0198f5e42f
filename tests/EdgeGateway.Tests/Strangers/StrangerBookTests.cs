using System.Globalization;
using EdgeGateway.Evidence;
using EdgeGateway.Profiles;
using EdgeGateway.Strangers;

namespace EdgeGateway.Tests.Strangers;

public sealed class StrangerBookTests
{
    static readonly DateTimeOffset Start = new(2026, 11, 26, 8, 0, 0, TimeSpan.Zero);

    readonly StrangerBook _book = new();

    [Fact]
    public void A_source_is_one_by_address_name_and_reason_and_the_newest_is_first()
    {
        _book.Take(Stranger("10.0.0.7", "cam-9", minutes: 0));
        _book.Take(Stranger("10.0.0.8", "cam-9", minutes: 1));
        _book.Take(Stranger("10.0.0.7", "cam-9", minutes: 2));

        var all = _book.All();
        Assert.Equal(2, all.Count);
        Assert.Equal(new Stranger(new Source(WireKind.Mqtt, "10.0.0.7", "cam-9", RefusalReason.UnknownDevice), Start, Start.AddMinutes(2), 2), all[0]);
    }

    [Fact]
    public void What_a_registered_device_did_wrong_makes_no_stranger()
    {
        _book.Take(Stranger("10.0.0.7", null, 0, RefusalReason.Malformed));
        _book.Take(Stranger("10.0.0.7", null, 0, RefusalReason.CrcMismatch));

        Assert.Empty(_book.All());
    }

    [Fact]
    public void However_many_come_the_book_keeps_its_size_and_those_that_were_heard_last()
    {
        for (var n = 0; n < 50_000; n++)
        {
            _book.Take(Stranger(n.ToString(CultureInfo.InvariantCulture), null, n));
            _book.Take(Stranger("steady", null, n));
        }

        var all = _book.All();
        Assert.Equal(StrangerBook.MaximumSources, all.Count);
        Assert.Equal((50_000, "steady"), (all[0].Count, all[0].Source.Address));
        Assert.Equal("49999", all[1].Source.Address);
    }

    static Refusal Stranger(string address, string? claimed, int minutes, RefusalReason reason = RefusalReason.UnknownDevice) => new()
    {
        Reason = reason,
        Wire = WireKind.Mqtt,
        Address = address,
        Claimed = claimed,
        Authentication = Authentication.None,
        Payload = default,
        ReceivedAt = Start.AddMinutes(minutes),
    };
}
