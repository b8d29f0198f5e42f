using System.Text;
using EdgeGateway.Texts;

namespace EdgeGateway.Export;

/// <summary>VERIFY.txt, for a person, and verify.sh, the same commands in the same order for a shell.</summary>
/// <param name="logs">That of the items first, then those that go on from it.</param>
/// <param name="earlier">Those before it, the oldest first.</param>
sealed class VerifyGuide(VerifyCommands commands, IReadOnlyList<ExportHead> logs, IReadOnlyList<ExportedItem> items, IReadOnlyList<ExportHead> earlier)
{
    /// <summary>Every line of the guide that begins like this is a command; no other does.</summary>
    public const string CommandMargin = "    ";

    readonly TextTable _chinese = TextTable.Of("Export", Language.Chinese);
    readonly TextTable _english = TextTable.Of("Export", Language.English);

    public string Text()
    {
        var text = new StringBuilder();
        Both(text, "guide.title", logs[0].Origin);
        if (ItemTexts.Warning(items, _chinese) is { } warning) text.Append(warning).Append('\n').Append(ItemTexts.Warning(items, _english)).Append('\n');
        text.Append('\n');
        foreach (var item in items)
        {
            text.Append(Summary(item, _chinese)).Append('\n').Append(Summary(item, _english)).Append('\n');
        }

        text.Append('\n');
        foreach (var key in (string[])["guide.how", "guide.needs", "guide.script", "guide.order", "guide.keys", "guide.roots", "guide.extra", "guide.limits"]) Both(text, key);
        for (var i = 0; i < earlier.Count; i++) Both(text, "guide.earlier", earlier[i].Origin, Bags.BagPath.Log(i - earlier.Count).TrimEnd('/'), logs[0].Origin);
        for (var i = 1; i < logs.Count; i++) Both(text, "guide.later", logs[i].Origin, Bags.BagPath.Log(i).TrimEnd('/'), logs[i - 1].Origin);
        text.Append('\n').Append(_chinese["guide.functions"]).Append('\n').Append(_english["guide.functions"]).Append('\n');
        foreach (var function in VerifyCommands.Functions) text.Append(CommandMargin).Append(function).Append('\n');

        var number = 0;
        var explained = new HashSet<string>();
        foreach (var step in commands.Steps)
        {
            number++;
            text.Append('\n').Append(Numbered(number, step)).Append('\n');
            if (explained.Add(step.Kind))
            {
                Both(text, $"step.{step.Kind}.proves");
                Both(text, $"step.{step.Kind}.not");
            }

            foreach (var command in step.Commands) text.Append(CommandMargin).Append(command).Append('\n');
        }

        foreach (var item in items.Where(item => item.IsErased))
        {
            text.Append('\n');
            Both(text, "guide.erased", item.Index);
        }

        return text.ToString();
    }

    public string Script()
    {
        var script = new StringBuilder(
            $"#!/bin/sh\n# {_chinese["script.head"]}\n# {_english["script.head"]}\n"
            + "cd \"$(dirname \"$0\")\" || exit 2\nexport LC_ALL=C\nfailed=0\n"
            + "fail() { echo \"FAILED $1\"; failed=$((failed + 1)); }\n");
        foreach (var function in VerifyCommands.Functions) script.Append(function).Append('\n');
        var number = 0;
        foreach (var step in commands.Steps)
        {
            number++;
            script.Append($"echo '[{number}] {step.Kind} {step.Folder}'\n");
            foreach (var command in step.Commands)
            {
                // A conditional prints its own verdict, and its exit status is taken as a whole.
                script.Append(command.StartsWith("h=", StringComparison.Ordinal) ? command : $"{{ {command}; }} || fail {number}").Append('\n');
            }
        }

        return script.Append("if [ \"$failed\" -eq 0 ]; then echo 'ALL OK'; else echo \"$failed FAILED\"; exit 1; fi\n").ToString();
    }

    string Summary(ExportedItem item, TextTable texts) =>
        texts.Format("guide.item", item.Index, ItemTexts.File(item, texts), ItemTexts.Review(item, texts), ItemTexts.Trust(item, texts, logs[0].Zone));

    string Numbered(int number, VerifyStep step)
    {
        var key = $"step.{step.Kind}.title";
        return $"[{number}] {_chinese[key]} / {_english[key]}{(step.Folder.Length == 0 ? "" : $": {step.Folder}")}";
    }

    void Both(StringBuilder text, string key, params ReadOnlySpan<object?> values) =>
        text.Append(_chinese.Format(key, values)).Append('\n').Append(_english.Format(key, values)).Append('\n');
}
