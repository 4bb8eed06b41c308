using System.CommandLine;
using System.Globalization;
using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Reading;

namespace Pile.Cli.Commands;

/// <summary>The options of <c>pile query</c> that save the query as a file.</summary>
internal static class SaveOptions
{
    private static readonly Option<string?> Save = new("--save")
    {
        Description = "Save the query as a file NAME.query.yaml, which every verb takes as a dataset.",
        HelpName = "FILE"
    };
    private static readonly Option<bool> Follow = new("--follow")
    {
        Description = "With --save: execute the query anew on the dataset as it then is, instead of recording its root and ids."
    };

    internal static IEnumerable<Option> All => [Save, Follow];

    /// <summary>Rejects a file that cannot be written, before the query runs.</summary>
    internal static void Check(ParseResult parsed)
    {
        if (parsed.GetValue(Save) is { } path)
            SavedQueryFile.RequireFree(path, SavedQueryFile.Ending, parsed.GetValue(TableOutput.Replace));
        else if (parsed.GetValue(Follow))
            throw new UsageException("--follow requires --save FILE.");
    }

    /// <summary>Saves the query if the command line says so, and reports it.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="query">The query.</param>
    /// <param name="isOnly">True if the command has no other result, so that <c>--json</c> shows this one.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    /// <returns>What was saved; null if there is nothing to save.</returns>
    internal static async Task<SavedQuery?> SaveAsync(ParseResult parsed, Query query, bool isOnly, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(Save) is not { } path)
            return null;
        string hash = await query.SaveAsync(path, parsed.GetValue(Follow), parsed.GetValue(TableOutput.Replace), cancellationToken)
            .ConfigureAwait(false);
        SavedQuery saved = SavedQuery.Read(await SavedQueryFile.ReadAsync(path, null, cancellationToken).ConfigureAwait(false));
        if (isOnly && parsed.GetValue(CommonOptions.Json))
            JsonOutput.Write(json =>
            {
                json.WriteStartObject();
                json.WriteString("query", path);
                json.WriteString("hash", hash);
                json.WriteString("root", saved.Root);
                if (saved.Rows is { } rows)
                    json.WriteInteger("rows", rows);
                json.WriteString("ids_sha256", saved.IdsSha256);
                json.WriteEndObject();
            });
        else
            CommonOptions.Messages(parsed)(string.Create(CultureInfo.InvariantCulture,
                $"{path}: {(saved.Rows is { } count ? CountText.Of(count, "row") : "follows the dataset")}, hash {hash}"));
        return saved;
    }
}
