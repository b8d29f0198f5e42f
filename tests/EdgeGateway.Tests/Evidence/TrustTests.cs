using EdgeGateway.Evidence;

namespace EdgeGateway.Tests.Evidence;

/// <summary>What is proven of an entry's time, by hand-made tokens.</summary>
public sealed class TrustTests
{
    static readonly DateTimeOffset Day0 = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Without_a_token_an_item_is_sealed_and_nothing_is_proven() =>
        Assert.Equal(new Trust(TrustState.Sealed, null, null), Trust.Of(null, [], isCosigned: false, Alone, Day(1)));

    [Fact]
    public void Between_two_tokens_it_is_timestamped_between_their_times() =>
        Assert.Equal(
            new Trust(TrustState.Timestamped, Day(1), Day(3)),
            Trust.Of(Stamp(5, 5, 1, 100), [Stamp(9, 9, 3, 100)], isCosigned: false, Alone, Day(4)));

    [Fact]
    public void Behind_the_newest_token_it_is_sealed_and_provably_newer() =>
        Assert.Equal(new Trust(TrustState.Sealed, Day(1), null), Trust.Of(Stamp(5, 5, 1, 100), [], isCosigned: false, Alone, Day(4)));

    [Fact]
    public void Of_several_tokens_the_earliest_that_stands_counts() =>
        Assert.Equal(
            new Trust(TrustState.Timestamped, null, Day(4)),
            Trust.Of(null, [Stamp(9, 9, 3, 10), Stamp(10, 9, 5, 100), Stamp(11, 0, 4, 100)], isCosigned: false, Alone, Day(20)));

    [Fact]
    public void A_witness_adds_to_it_with_or_without_a_token()
    {
        Assert.Equal(TrustState.Witnessed, Trust.Of(null, [], isCosigned: true, Alone, Day(1)).State);
        Assert.Equal(new Trust(TrustState.Witnessed, null, Day(3)), Trust.Of(null, [Stamp(9, 9, 3, 100)], isCosigned: true, Alone, Day(4)));
    }

    [Fact]
    public void When_its_token_ended_unrenewed_it_is_lapsed_even_with_a_witness()
    {
        Assert.Equal(new Trust(TrustState.Lapsed, null, Day(3)), Trust.Of(null, [Stamp(9, 9, 3, 10)], isCosigned: false, Alone, Day(10)));
        Assert.Equal(TrustState.Lapsed, Trust.Of(null, [Stamp(9, 9, 3, 10)], isCosigned: true, Alone, Day(11)).State);
        Assert.Equal(TrustState.Timestamped, Trust.Of(null, [Stamp(9, 9, 3, 10)], isCosigned: false, Alone, Day(9)).State);
    }

    [Fact]
    public void A_chain_of_tokens_each_made_in_time_reaches_to_the_end_of_the_last()
    {
        var first = Stamp(9, 9, 3, 10);
        var chain = Chain([first, Stamp(20, 20, 5, 10)], [Stamp(30, 30, 9, 50), Stamp(40, 40, 48, 50)], [Stamp(50, 50, 49, 400)]);

        Assert.Equal(Day(400), chain.EndOf(first));
        Assert.Equal(TrustState.Timestamped, Trust.Of(null, [first], isCosigned: false, chain.EndOf, Day(399)).State);
        Assert.Equal(TrustState.Lapsed, Trust.Of(null, [first], isCosigned: false, chain.EndOf, Day(400)).State);
    }

    [Fact]
    public void A_token_over_any_tree_of_the_next_log_renews_those_of_a_log_that_is_closed()
    {
        // A log of 100 entries, and the next one, whose entry 0 names its size and root.
        var first = Stamp(99, 90, 3, 10);
        var next = Stamp(1, 1, 9, 400).Behind(100);

        Assert.Equal(Day(400), Chain([first], [next]).EndOf(first));
        Assert.Equal(Day(10), Chain([first], [Stamp(1, 1, 10, 400).Behind(100)]).EndOf(first));
        Assert.Equal(Day(10), Chain([first], [Stamp(1, 0, 9, 400).Behind(100)]).EndOf(first));
    }

    [Fact]
    public void A_token_that_came_at_the_end_of_the_one_before_or_later_breaks_the_chain()
    {
        var first = Stamp(9, 9, 3, 10);

        Assert.Equal(Day(10), Chain([first], [Stamp(30, 30, 10, 50)]).EndOf(first));
        Assert.Equal(Day(50), Chain([first], [Stamp(30, 30, 9, 50)], [Stamp(60, 60, 50, 400)]).EndOf(first));
    }

    [Fact]
    public void A_token_over_a_tree_without_the_earlier_anchor_renews_nothing()
    {
        var first = Stamp(9, 9, 3, 10);

        Assert.Equal(Day(10), Chain([first], [Stamp(10, 9, 4, 400)]).EndOf(first));
        Assert.Equal(Day(400), Chain([first], [Stamp(10, 10, 4, 400)]).EndOf(first));
    }

    [Fact]
    public void A_second_authority_that_ran_beside_the_first_renews_it_with_its_next_token()
    {
        var first = Stamp(9, 9, 3, 10);
        var beside = new[] { Stamp(1, 1, 1, 400), Stamp(12, 12, 4, 400), Stamp(90, 90, 60, 400) };

        Assert.Equal(Day(400), Chain([first], beside).EndOf(first));
        Assert.Equal(Day(10), Chain([first], [beside[0], beside[2]]).EndOf(first));
    }

    [Fact]
    public void Every_way_through_random_tokens_is_found()
    {
        var random = new Random(20261125);
        for (var round = 0; round < 2000; round++)
        {
            var stamps = Random(random);
            var series = stamps.GroupBy(stamp => stamp.End).Select(group => group.ToArray()).ToArray();
            var chain = Chain(series);
            foreach (var stamp in stamps) Assert.Equal(ByForce(stamps, stamp), chain.EndOf(stamp));
        }
    }

    /// <summary>In the order of the ledger, times and sizes growing; each certificate's tokens end together.</summary>
    static List<Stamp> Random(Random random)
    {
        var stamps = new List<Stamp>();
        long index = 0, size = 0;
        var time = 0;
        for (var i = random.Next(1, 12); i > 0; i--)
        {
            time += random.Next(0, 12);
            size = random.NextInt64(size + 1, index + 2 > size + 1 ? index + 2 : size + 2);
            index = Math.Max(index + 1, size) + random.Next(0, 2);
            stamps.Add(Stamp(index, size, time, time + 1 + 10 * random.Next(0, 4) - time % 10));
        }

        return [.. stamps.Where(stamp => stamp.End > stamp.Time)];
    }

    static DateTimeOffset ByForce(List<Stamp> all, Stamp stamp)
    {
        var reached = new HashSet<Stamp> { stamp };
        while (all.Find(next => !reached.Contains(next) && reached.Any(link => next.Size > link.Index && next.Time < link.End)) is { } found) reached.Add(found);
        return reached.Max(link => link.End);
    }

    static RenewalChain Chain(params Stamp[][] series) => new(
        [.. series.Select(stamps => new StampSeries(series.ToList().IndexOf(stamps).ToString(System.Globalization.CultureInfo.InvariantCulture), stamps[0], stamps[^1]))],
        (one, index) => series.Single(stamps => stamps[0] == one.First).FirstOrDefault(stamp => stamp.Size > index));

    static Stamp Stamp(long index, long size, int day, int end) => new(index, size, Day(day), Day(end));

    static DateTimeOffset Day(int day) => Day0.AddDays(day);

    static DateTimeOffset Alone(Stamp stamp) => stamp.End;
}
