using System.Text.Json.Nodes;
using EdgeGateway.Texts;

namespace EdgeGateway.Bags;

enum StepState
{
    Good,

    /// <summary>Nothing is wrong; what would be needed to believe it is not here.</summary>
    Open,
    Failed,
}

enum BagVerdict
{
    /// <summary>A step failed.</summary>
    Refused,

    /// <summary>Every step holds, but nobody outside the bag vouches for its keys.</summary>
    SelfConsistent,

    /// <summary>The entries hold under keys that the policy names, but what people read in the bag could not be compared with them.</summary>
    Open,

    /// <summary>Every step holds, under keys and witnesses that the policy names.</summary>
    Trusted,
}

/// <param name="About">A folder or file of the bag; empty for the bag as a whole.</param>
sealed record BagStep(string Name, string About, StepState State, string Sentence);

/// <summary>The steps in the order in which they were taken.</summary>
/// <param name="Through">The later or earlier log that the policy names, where it trusts the items' log by its succession alone.</param>
sealed record BagReport(IReadOnlyList<BagStep> Steps, bool HasPolicy, (string Origin, bool IsEarlier)? Through = null)
{
    public BagVerdict Verdict => Steps.Any(step => step.State == StepState.Failed) ? BagVerdict.Refused
        : !HasPolicy ? BagVerdict.SelfConsistent
        : Steps.Any(step => step.State == StepState.Open && BagRewrite.IsDerived(step.Name)) ? BagVerdict.Open : BagVerdict.Trusted;

    public string VerdictName => Verdict switch
    {
        BagVerdict.Trusted => "trusted",
        BagVerdict.Open => "open",
        BagVerdict.SelfConsistent => "self-consistent",
        _ => "refused",
    };

    /// <summary>Also that an item was not reviewed: nobody who reads no more than this may take it for evidence.</summary>
    public string Sentence(TextTable texts)
    {
        var verdict = texts[$"verdict.{VerdictName}"];
        if (Verdict is BagVerdict.Trusted or BagVerdict.Open && Through is { } through)
        {
            verdict = $"{verdict} {texts.Format(through.IsEarlier ? "verdict.from" : "verdict.through", Evidence.DisplayText.Of(through.Origin))}";
        }

        var unreviewed = Steps.Count(step => step.Name == "review" && step.Sentence == texts["review.none"]);
        return unreviewed == 0 ? verdict : $"{verdict} {texts.Format("verdict.unreviewed", unreviewed)}";
    }

    public JsonObject ToJson(TextTable texts) => new()
    {
        ["ok"] = Verdict == BagVerdict.Trusted,
        ["verdict"] = VerdictName,
        ["sentence"] = Sentence(texts),
        ["steps"] = new JsonArray([.. Steps.Select(step => (JsonNode)new JsonObject
        {
            ["step"] = step.Name,
            ["about"] = step.About,
            ["state"] = Word(step.State),
            ["sentence"] = step.Sentence,
        })]),
    };

    public static string Word(StepState state) => state switch { StepState.Good => "ok", StepState.Open => "open", _ => "failed" };
}

/// <summary>Takes steps and remembers what came of each. One thread at a time.</summary>
sealed class BagSteps(TextTable texts)
{
    readonly List<BagStep> _steps = [];

    public IReadOnlyList<BagStep> All => _steps;

    public void Good(string name, string about, params ReadOnlySpan<object?> values) =>
        _steps.Add(new BagStep(name, about, StepState.Good, texts.Format($"{name}.ok", values)));

    public void Open(string name, string about, string text, params ReadOnlySpan<object?> values) =>
        _steps.Add(new BagStep(name, about, StepState.Open, texts.Format(text, values)));

    public void Failed(string name, string about, string text, params ReadOnlySpan<object?> values) =>
        _steps.Add(new BagStep(name, about, StepState.Failed, texts.Format(text, values)));

    public string Text(string text, params ReadOnlySpan<object?> values) => texts.Format(text, values);

    /// <summary>A step whose sentence was put together elsewhere.</summary>
    public void Add(string name, string about, StepState state, string sentence) => _steps.Add(new BagStep(name, about, state, sentence));

    /// <summary>One step: good, or failed with the sentence of what it threw.</summary>
    /// <returns>Whether it is good.</returns>
    public bool Take(string name, string about, Action step, params ReadOnlySpan<object?> values)
    {
        if (!Try(name, about, step)) return false;
        Good(name, about, values);
        return true;
    }

    /// <summary>The same, where the step itself says what is good.</summary>
    public bool Try(string name, string about, Action step)
    {
        try
        {
            step();
            return true;
        }
        catch (BagRefusedException e)
        {
            Failed(name, about, e.Text, e.Values);
        }
        catch (Exception e) when (e is Ledger.LedgerCorruptException or IOException or UnauthorizedAccessException or FormatException)
        {
            Failed(name, about, "refused.unreadable", Evidence.DisplayText.Of(e.Message, 500));
        }

        return false;
    }
}
