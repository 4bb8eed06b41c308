using System.CommandLine;
using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Reading;
using Pile.Tables;

namespace Pile.Cli.Commands;

/// <summary><c>pile query</c>: light columns of rows, by SQL condition, region of the sky or ids.</summary>
internal static class QueryCommand
{
    internal static Command Create()
    {
        Argument<string> dataset = new("DATASET") { Description = CommonOptions.DatasetHelp };
        Option<string> where = new("--where") { Description = "An SQL condition over light columns.", HelpName = "SQL" };
        RegionOptions regions = new();
        Option<string> ids = new("--ids") { Description = "Rows whose ids stand in a file, one in a line.", HelpName = "FILE" };
        Option<string> columns = new("--columns") { Description = "These columns, in this order.", HelpName = "a,b" };
        Option<string> sort = new("--sort") { Description = "Sort by a column or expression; add ' desc' to turn it round.", HelpName = "COL[ desc]" };
        Option<long?> limit = CommonOptions.Limit("No more than so many rows.");
        Option<bool> native = new("--native") { Description = "The survey's own names, without aliases." };
        Option<string> output = new("--out") { Description = "Write a table: .csv, .ecsv, .fits, .vot or .parquet, also with .gz.", HelpName = "FILE" };
        VerbCommand command = new("query", "Finds rows and shows or writes their light columns.",
            "pile query sdss --where \"z > 0.1\" --columns object_id,ra,dec,z --sort \"z desc\" --limit 20",
            "pile query gaia --cone 10.68,41.27,0.5deg --moc footprint.fits --out m31.fits")
        { dataset, where, ids, columns, sort, limit, native, output, CommonOptions.NoIndex };
        regions.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(output) is { } path)
                TableOutput.RequireFree(path);
            await using Dataset opened = await Dataset.OpenAsync(parsed.GetRequiredValue(dataset), CommonOptions.DatasetOptionsOf(parsed), cancellationToken).ConfigureAwait(false);
            Query query = opened.Query();
            if (parsed.GetValue(native))
                query = query.Native();
            if (parsed.GetValue(where) is { } condition)
                query = query.Where(condition);
            query = regions.Narrow(query, parsed);
            if (parsed.GetValue(ids) is { } idFile)
                query = query.Ids(InputFile.Lines(idFile, "--ids").Select(opened.ParseId));
            if (parsed.GetValue(columns) is { } columnText)
                query = query.Columns(Split(columnText) is { Length: > 0 } names ? names : throw new UsageException("--columns names none: expected, for example, --columns object_id,ra,dec."));
            if (parsed.GetValue(sort) is { } sortText)
                query = sortText.EndsWith(" desc", StringComparison.OrdinalIgnoreCase) ? query.OrderBy(sortText[..^5].Trim(), descending: true) : query.OrderBy(sortText);
            if (parsed.GetValue(limit) is { } rows)
                query = query.Limit(rows);

            IAsyncEnumerable<RowBatch> answer = opened.QueryAsync(query, cancellationToken);
            await RowOutput.DeliverAsync(parsed, answer, TableAbout.Of(opened.Manifest, parsed.GetValue(where)), parsed.GetValue(output), parsed.GetValue(limit), cancellationToken).ConfigureAwait(false);
            return ExitCode.Done;
        });
        return command;
    }

    internal static string[] Split(string list) => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
