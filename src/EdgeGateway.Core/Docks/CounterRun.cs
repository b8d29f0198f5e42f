namespace EdgeGateway.Docks;

/// <summary>
/// What the numbers of new files say of those between them. A missing number is a question and no proof: a recorder skips numbers too. Pure.
/// </summary>
/// <param name="First">The smallest of the new ones.</param>
/// <param name="Last">Where the next ones go on from.</param>
/// <param name="Missing">How many numbers are missing in all.</param>
/// <param name="Holes">The first of them, as ranges from and to, in ascending order.</param>
public sealed record CounterRun(long First, long Last, long Missing, IReadOnlyList<(long From, long To)> Holes)
{
    public const int MaximumHoles = 100;

    /// <param name="numbers">Of files that are new, in any order; one at least.</param>
    /// <param name="before">The last number of the run before; null where there is none. Numbers that begin again at 0 or 1 are a run of their own.</param>
    public static CounterRun Of(IEnumerable<long> numbers, long? before)
    {
        var sorted = numbers.Distinct().Order().ToList();
        var startsAgain = before is { } earlier && sorted[^1] < earlier && sorted[0] <= 1;
        var from = startsAgain ? null : before;
        var holes = new List<(long, long)>();
        var missing = 0L;
        foreach (var number in sorted)
        {
            // One that fills a hole of before opens none.
            if (from is { } last && number > last + 1)
            {
                missing += number - last - 1;
                if (holes.Count < MaximumHoles) holes.Add((last + 1, number - 1));
            }

            from = from is { } highest && highest > number ? highest : number;
        }

        return new CounterRun(sorted[0], from!.Value, missing, holes);
    }
}
