using System.CommandLine;
using System.Text.Json;
using Pile.Cli.Terminal;
using Pile.Layers;

namespace Pile.Cli.Commands;

/// <summary>The arguments and options that the verbs of <c>pile layer</c> share.</summary>
internal static class LayerArguments
{
    private const string AuthorVariable = "PILE_AUTHOR";

    internal static Argument<string> Layer { get; } = new("LAYER") { Description = "The layer: a folder or s3://bucket/prefix." };

    internal static Argument<string> LayerAt { get; } = new("LAYER[@AT]")
    {
        Description = "The layer, and a commit: its number, a tag, a time or sha256:…; the newest without it.",
    };

    internal static Option<string> Message { get; } = new("--message")
    {
        Description = "What the commit does, for the log.",
        HelpName = "M",
        Required = true,
    };

    internal static Option<string?> Author { get; } = new("--author")
    {
        Description = $"Who makes the commit; {AuthorVariable} or the name of the user by default.",
        HelpName = "NAME",
    };

    internal static Option<string?> Of { get; } = new("--of")
    {
        Description = "The layer's dataset, if it is not where it was when the layer was made.",
        HelpName = "DATASET",
    };

    internal static Option<bool> LastWins { get; } = new("--last-wins")
    {
        Description = "Replace values that others have set meanwhile; the commit records it.",
    };

    internal static Option<bool> AllowMissing { get; } = new("--allow-missing")
    {
        Description = "Leave out ids that the dataset does not have, and count them.",
    };

    internal static string AuthorOf(ParseResult parsed) => parsed.GetValue(Author) is { Length: > 0 } given ? given
        : Environment.GetEnvironmentVariable(AuthorVariable) is { Length: > 0 } named ? named : Environment.UserName;

    /// <summary>Reports a commit.</summary>
    internal static void Report(ParseResult parsed, string layer, LayerCommit commit, string done, Action<Utf8JsonWriter>? more = null)
    {
        if (parsed.GetValue(CommonOptions.Json))
            JsonOutput.Write(json =>
            {
                json.WriteStartObject();
                json.WriteString("layer", layer);
                WriteCommit(json, commit);
                more?.Invoke(json);
                json.WriteEndObject();
            });
        else
            TerminalText.Output.WriteLine($"{layer}: commit {commit.Number}, {done}");
    }

    /// <summary>Writes the members of a commit.</summary>
    internal static void WriteCommit(Utf8JsonWriter json, LayerCommit commit)
    {
        json.WriteInteger("commit", commit.Number);
        json.WriteString("sha256", commit.Sha256);
        json.WriteString("time", LayerTime.ToText(commit.TimeMicros));
        json.WriteString("author", commit.Author);
        json.WriteString("message", commit.Message);
    }
}
