using System.Text.Json.Nodes;
using EdgeGateway.Gateway;
using EdgeGateway.Texts;

namespace EdgeGateway.Commands;

/// <summary>One argument that a command takes: what it is called, and what it may be.</summary>
sealed record CommandArgument(string Name, ArgumentType Type)
{
    /// <summary>Of rows what each may have.</summary>
    public IReadOnlyList<CommandArgument> Columns { get; init; } = [];

    /// <summary>Reads it, and so refuses what it may not be; of rows the first that is wrong is named, by its place among them.</summary>
    public void Check(JsonObject arguments)
    {
        switch (Type)
        {
            case ArgumentType.Text: arguments.Text(Name); break;
            case ArgumentType.Number: arguments.Number(Name); break;
            case ArgumentType.ItemIndex: arguments.Index(Name); break;
            case ArgumentType.Flag: arguments.Flag(Name); break;
            case ArgumentType.NumberList: arguments.Numbers(Name); break;
            case ArgumentType.TextList: arguments.Texts(Name); break;
            case ArgumentType.Fields: arguments.Fields(Name); break;
            case ArgumentType.Rows: CheckRows(arguments.Rows(Name)); break;
            default: throw new InvalidOperationException($"{Type} is no type of an argument.");
        }
    }

    void CheckRows(IReadOnlyList<JsonObject> rows)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            try
            {
                rows[i].Check(Columns);
            }
            catch (GatewayException e)
            {
                throw Failure.Usage("row.line", i + 1, e.Message);
            }
        }
    }
}

enum ArgumentType
{
    Text,
    Number,

    /// <summary>Of a row: a number, or what a file has in its column.</summary>
    ItemIndex,
    Flag,
    NumberList,
    TextList,

    /// <summary>An object whose members are texts.</summary>
    Fields,
    Rows,
}
