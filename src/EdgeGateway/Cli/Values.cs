using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using EdgeGateway.Commands;
using EdgeGateway.Custody;
using EdgeGateway.Evidence;
using EdgeGateway.Texts;

namespace EdgeGateway.Cli;

/// <summary>
/// Options and arguments that check what they are given before anything is opened: what is wrong is wrong usage (exit code 2), and told
/// with the option's name, the value and what to write instead.
/// </summary>
static class Values
{
    public const int MaximumName = 256;
    public const int MaximumReason = 1024;

    /// <param name="wrong">Says what is right where a value is not; null where it is.</param>
    public static Option<string> Checked(string name, Func<string, string?> wrong)
    {
        var option = new Option<string>(name);
        option.Validators.Add(result => Check(result, name, wrong));
        return option;
    }

    public static Option<string> Text(string name, int maximum = MaximumName, bool mayBeEmpty = false) => Checked(name, text =>
        text.Trim().Length == 0 && !mayBeEmpty ? Said.Of("usage.empty")
        : text.Length > maximum ? Said.Of("usage.long", text.Length, maximum)
        : null);

    /// <summary>Why something is done; sealed.</summary>
    public static Option<string> Reason(bool required = true, int maximum = MaximumReason)
    {
        var option = Text("--reason", maximum);
        option.Required = required;
        option.HelpName = "TEXT";
        return option;
    }

    /// <summary>On whose behalf.</summary>
    public static Option<string> By()
    {
        var option = Text("--by");
        option.HelpName = "NAME";
        return option;
    }

    public static Option<string> Log()
    {
        var option = Checked("--log", text => text.Length is > 0 and <= 100 ? null : Said.Of("usage.log"));
        option.HelpName = "ORIGIN";
        return option;
    }

    public static Option<string> OneOf(string name, params string[] words)
    {
        var option = Checked(name, text => words.Contains(text, StringComparer.Ordinal) ? null : Said.Of("usage.words", string.Join(", ", words)));
        option.HelpName = string.Join('|', words);
        return option;
    }

    public static Option<string> Time(string name)
    {
        var option = Checked(name, text => CommandArguments.TryTime(text, out _) ? null : Said.Of("usage.time"));
        option.HelpName = "TIME";
        return option;
    }

    public static Option<long?> Number(string name, long least, string shown)
    {
        var option = new Option<long?>(name) { HelpName = shown };
        option.CustomParser = result => ReadNumber(result, name, least);
        return option;
    }

    /// <summary>A file to read.</summary>
    public static Option<string> File(string name) => Path(name, "FILE", text => System.IO.File.Exists(text) ? null : Said.Of("usage.no-file"));

    public static Option<string> NewFile(string name) => Path(name, "FILE", text => System.IO.File.Exists(text) ? Said.Of("usage.file-exists") : InDirectory(text));

    public static Option<string> OutputFile(string name) => Path(name, "FILE", InDirectory);

    public static Option<string> Directory(string name) => Path(name, "DIR", NoFolder);

    /// <summary>Where a numbered medium is mounted.</summary>
    public static Option<string> Medium(string name) => Path(name, "DIR", text => System.IO.Directory.Exists(text) ? null : Said.Of("usage.no-directory"));

    /// <summary>Several of them, in places that differ.</summary>
    public static Option<string[]> Directories(string name, int least)
    {
        var option = new Option<string[]>(name) { HelpName = "DIR", Required = true };
        option.Validators.Add(result => Check(result, name, text => System.IO.Directory.Exists(text) ? null : Said.Of("usage.no-directory")));
        option.Validators.Add(result =>
        {
            if (!result.Errors.Any() && result.Tokens.Count < least) result.AddError(Said.Of("usage.few", name, string.Join(", ", result.Tokens.Select(token => token.Value)), least));
        });
        return option;
    }

    /// <summary>One that is to be made, or is empty.</summary>
    public static Option<string> OutputDirectory(string name) =>
        Path(name, "DIR", text => System.IO.File.Exists(text) ? Said.Of("usage.file-exists") : InDirectory(System.IO.Path.TrimEndingDirectorySeparator(text)));

    /// <summary>One entry.</summary>
    public static Argument<long> Index() => new("INDEX") { CustomParser = result => ReadNumber(result, "INDEX", 0) ?? 0 };

    public static Argument<long?> OptionalIndex() => new("INDEX") { Arity = ArgumentArity.ZeroOrOne, CustomParser = result => ReadNumber(result, "INDEX", 0) };

    /// <summary>Entries and ranges of them.</summary>
    public static Argument<string[]> Indices(ArgumentArity arity)
    {
        var argument = new Argument<string[]>("INDEX") { Arity = arity };
        argument.Validators.Add(result => Check(result, "INDEX", text => IndexRange.TryParse(text, out _, out _) ? null : Said.Of("usage.index")));
        return argument;
    }

    public static Argument<string> ExistingFile(string name)
    {
        var argument = new Argument<string>(name);
        argument.Validators.Add(result => Check(result, name, text => System.IO.File.Exists(text) ? null : Said.Of("usage.no-file")));
        return argument;
    }

    public static Argument<string[]> ExistingFiles(string name)
    {
        var argument = new Argument<string[]>(name) { Arity = ArgumentArity.OneOrMore };
        argument.Validators.Add(result => Check(result, name, text => System.IO.File.Exists(text) ? null : Said.Of("usage.no-file")));
        return argument;
    }

    public static Argument<string> ExistingDirectory(string name)
    {
        var argument = new Argument<string>(name);
        argument.Validators.Add(result => Check(result, name, NoFolder));
        return argument;
    }

    /// <summary>One that is there, or is to be made.</summary>
    public static Argument<string> Folder(string name)
    {
        var argument = new Argument<string>(name);
        argument.Validators.Add(result => Check(result, name, text => text.Length == 0 ? Said.Of("usage.empty") : System.IO.File.Exists(text) ? Said.Of("usage.is-file") : null));
        return argument;
    }

    static string? NoFolder(string text) => System.IO.Directory.Exists(text) ? null : Said.Of(System.IO.File.Exists(text) ? "usage.is-file" : "usage.no-folder");

    static Option<string> Path(string name, string shown, Func<string, string?> wrong)
    {
        var option = Checked(name, text => text.Length == 0 ? Said.Of("usage.empty") : wrong(text));
        option.HelpName = shown;
        return option;
    }

    static string? InDirectory(string file) => System.IO.Directory.Exists(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(file))) ? null : Said.Of("usage.no-place");

    static void Check(SymbolResult result, string name, Func<string, string?> wrong)
    {
        foreach (var token in result.Tokens)
        {
            if (wrong(token.Value) is { } why) result.AddError(Wrong(name, token.Value, why));
        }
    }

    static long? ReadNumber(ArgumentResult result, string name, long least)
    {
        var text = result.Tokens[0].Value;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least) return number;
        result.AddError(Wrong(name, text, Said.Of("usage.number", least)));
        return null;
    }

    static string Wrong(string name, string value, string why) => Said.Of("usage.value", name, DisplayText.Of(value, 100), why);
}
