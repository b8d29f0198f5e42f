using System.Text;

namespace EdgeGateway.Simulators.Processes;

/// <summary>Splits a command such as <c>dotnet "/opt/edge gateway/edgegw.dll"</c> into words. Quotes keep blanks; nothing is expanded.</summary>
static class CommandWords
{
    public static IReadOnlyList<string> Split(string command)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var isWord = false;
        var quote = '\0';
        foreach (var c in command)
        {
            if (quote != '\0')
            {
                if (c == quote) quote = '\0';
                else word.Append(c);
            }
            else if (c is '"' or '\'')
            {
                (quote, isWord) = (c, true);
            }
            else if (!char.IsWhiteSpace(c))
            {
                word.Append(c);
                isWord = true;
            }
            else if (isWord)
            {
                words.Add(word.ToString());
                word.Clear();
                isWord = false;
            }
        }

        if (isWord) words.Add(word.ToString());
        return words;
    }
}
