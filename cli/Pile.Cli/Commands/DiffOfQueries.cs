using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Reading;

namespace Pile.Cli.Commands;

/// <summary><c>pile diff</c> of saved queries: the ids that only one of them selects.</summary>
internal static class DiffOfQueries
{
    private const int IdsShown = 20;

    /// <summary>Compares the rows by id, and shows the differences.</summary>
    /// <returns>The exit code.</returns>
    internal static async Task<int> RunAsync(ParseResult parsed, Dataset a, Dataset b, string? rowsPath,
        CancellationToken cancellationToken)
    {
        IdsDifference difference = await IdsDifference.OfAsync(a, b, cancellationToken).ConfigureAwait(false);
        if (rowsPath is not null)
            await TableOutput.WriteAsync(rowsPath, Rows(difference), null, parsed.GetValue(TableOutput.Replace),
                CommonOptions.Messages(parsed), cancellationToken).ConfigureAwait(false);
        bool areEqual = difference.Added.Count + difference.Removed.Count == 0;
        if (parsed.GetValue(CommonOptions.Json))
            JsonOutput.Write(json =>
            {
                json.WriteStartObject();
                json.WriteBoolean("equal", areEqual);
                json.WriteInteger("common", difference.Common);
                Write(json, "added", difference.Added);
                Write(json, "removed", difference.Removed);
                json.WriteEndObject();
            });
        else
        {
            TerminalText.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{difference.Added.Count:N0} added, {difference.Removed.Count:N0} removed, {difference.Common:N0} in both"));
            Show('+', difference.Added);
            Show('-', difference.Removed);
        }
        return areEqual ? ExitCode.Done : ExitCode.DataAtFault;
    }

    private static void Show(char sign, IReadOnlyList<ObjectId> ids)
    {
        foreach (ObjectId id in ids.Take(IdsShown))
            TerminalText.Output.WriteLine($"{sign} {TerminalText.Escape(id.ToString())}");
        if (ids.Count > IdsShown)
            TerminalText.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{sign} … {ids.Count - IdsShown:N0} more; --rows FILE lists all"));
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<ObjectId> ids)
    {
        json.WriteStartArray(name);
        foreach (ObjectId id in ids)
            if (id.IsText)
                json.WriteStringValue(id.Text);
            else
                json.WriteInteger(id.Number);
        json.WriteEndArray();
    }

    private static async IAsyncEnumerable<RowBatch> Rows(IdsDifference difference)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        string[] ids = [.. difference.Added.Concat(difference.Removed).Select(id => id.ToString())],
            changes = [.. ids.Select((_, i) => i < difference.Added.Count ? "added" : "removed")];
        yield return new RowBatch([Column("object_id", ids), Column("change", changes)]);

        static ColumnData Column(string name, string[] values) =>
            TextColumnData.From(new ColumnSchema { Name = name, DType = DType.String }, values);
    }
}
