using System.CommandLine;
using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Reading;
using Pile.Tables;

namespace Pile.Cli.Commands;

/// <summary><c>pile query</c>: finds rows by SQL condition, region of the sky or ids, and returns their light columns.</summary>
internal static class QueryCommand
{
    internal static Command Create()
    {
        Argument<string> dataset = new("DATASET") { Description = CommonOptions.DatasetHelp };
        Option<string> where = new("--where")
        {
            Description = "An SQL condition over light columns; functions such as separation and in_cone are in docs/regions.md.",
            HelpName = "SQL"
        };
        RegionOptions regions = new();
        Option<string> ids = new("--ids") { Description = RowSelection.IdsHelp, HelpName = "FILE" };
        Option<string> columns = new("--columns")
        {
            Description = "The columns, in this order; put a name with a comma in double quotes.",
            HelpName = "a,b"
        };
        Option<string[]> sort = RowSelection.SortOption();
        Option<long?> limit = CommonOptions.Limit("The maximum number of rows.");
        Option<bool> native = new("--native") { Description = "Use the names of the survey, without aliases." };
        Option<string> output = new("--out")
        {
            Description = "Write a table: .csv, .tsv, .ecsv, .jsonl, .fits, .vot, .parquet or .arrow, also with .gz; - for standard "
                + "output, with --format.",
            HelpName = "FILE"
        };
        VerbCommand command = new("query", "Finds rows and shows or writes their light columns.",
            "pile query sdss --where \"z > 0.1\" --columns object_id,ra,dec,z --sort \"z desc\" --limit 20",
            "pile query gaia --cone 10.68,41.27,0.5deg --moc footprint.fits --out m31.fits",
            "pile query gaia --where \"parallax > 10\" --save near.query.yaml")
        {
            dataset, where, ids, columns, sort, limit, native, CategoryText.Names, output, PipeOutput.Format, TableOutput.Replace,
                CommonOptions.NoIndex,
                CommonOptions.Id,
            CommonOptions.Mount, CommonOptions.Layer, CommonOptions.VerifyIds,
        };
        regions.AddTo(command);
        foreach (Option option in SaveOptions.All)
            command.Options.Add(option);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (!PipeOutput.Check(parsed, parsed.GetValue(output)) && parsed.GetValue(output) is { } path)
            {
                OutputFile.RequireNoInput(parsed, path, output);
                TableOutput.RequireFree(path, parsed.GetValue(TableOutput.Replace));
            }
            SaveOptions.Check(parsed);
            await using Dataset opened = await Dataset.OpenAsync(parsed.GetRequiredValue(dataset), CommonOptions.DatasetOptionsOf(parsed),
                cancellationToken).ConfigureAwait(false);
            Query query = opened.Query();
            if (parsed.GetValue(native))
                query = query.Native();
            if (parsed.GetValue(where) is { } condition)
                query = query.Where(condition);
            query = regions.Narrow(query, parsed);
            HashSet<ObjectId>? wanted = parsed.GetValue(ids) is { } idFile
                ? [.. RowSelection.InFile(parsed, opened, idFile)] : null;
            bool isOnlyByIds = wanted is not null && parsed.GetValue(where) is null && parsed.GetValue(limit) is null
                && !regions.AreGiven(parsed);
            if (wanted is not null)
                query = query.Ids(wanted);
            if (parsed.GetValue(columns) is { } columnText)
                query = query.Columns(NameList.Split(columnText, "--columns") is { Length: > 0 } names ? names
                    : throw new UsageException("--columns is empty: expected names, for example --columns object_id,ra,dec."));
            query = RowSelection.Sorted(query, parsed.GetValue(sort));
            if (parsed.GetValue(limit) is { } rows)
                query = query.Limit(rows);

            bool isOnlySaved = parsed.GetValue(output) is null;
            SavedQuery? saved = await SaveOptions.SaveAsync(parsed, query, isOnlySaved, cancellationToken).ConfigureAwait(false);
            if (saved is not null && isOnlySaved)
            {
                if (saved.Rows is { } savedRows)
                    ReportMissing(savedRows);
                return ExitCode.Done;
            }
            long found = 0;
            IAsyncEnumerable<RowBatch> result = opened.QueryAsync(query, cancellationToken).Select(batch =>
            {
                found += batch.RowCount;
                return batch;
            });
            await RowOutput.WriteAsync(parsed, result, TableAbout.Of(opened.Manifest, parsed.GetValue(where)), parsed.GetValue(output),
                parsed.GetValue(limit), cancellationToken).ConfigureAwait(false);
            ReportMissing(found);
            return ExitCode.Done;

            void ReportMissing(long rowsFound)
            {
                if (isOnlyByIds)
                    RowSelection.ReportMissing(parsed, wanted!.Count, rowsFound);
            }
        });
        return command;
    }
}
