using System.CommandLine;
using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Reading;
using Pile.Tables;

namespace Pile.Cli.Commands;

/// <summary><c>pile sql</c>: runs one SELECT over the indexes of datasets.</summary>
internal static class SqlCommand
{
    private const string OnlyView = "d";

    internal static Command Create()
    {
        Argument<string[]> arguments = new("DATASET SELECT")
        {
            Description = "The dataset, named d in the SELECT, and the SELECT; with --as, only the SELECT. The datasets of a "
                + "collection have their names.",
            Arity = new ArgumentArity(1, 2),
        };
        Option<string[]> named = new("--as")
        {
            Description = "A dataset and its name in the SELECT; may be repeated.",
            HelpName = "NAME=DATASET",
            Arity = ArgumentArity.OneOrMore
        };
        Option<long?> limit = CommonOptions.Limit("The maximum number of rows.");
        Option<string> output = new("--out")
        {
            Description = "Write a table: .csv, .tsv, .ecsv, .jsonl, .fits, .vot, .parquet or .arrow, also with .gz; - for standard "
                + "output, with --format.",
            HelpName = "FILE"
        };
        VerbCommand command = new("sql",
            "Runs one SELECT over the light columns of datasets; reads only their index. NaN is greater than all numbers, as "
                + "in DuckDB; --where of other verbs follows IEEE 754.",
            "pile sql sdss \"SELECT class, count(*) AS n, avg(z) AS z FROM d GROUP BY class ORDER BY n DESC\"",
            "pile sql --as g=gaia --as s=sdss \"SELECT s.object_id, s.z, g.parallax FROM s JOIN g ON s.gaia_id = g.object_id\" --out "
                + "joined.vot")
        {
            arguments, named, limit, CategoryText.Names, output, PipeOutput.Format, TableOutput.Replace, CommonOptions.Id,
                CommonOptions.Mount,
                CommonOptions.Layer,
            CommonOptions.VerifyIds,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            Dictionary<string, Dataset> views = new(StringComparer.Ordinal);
            try
            {
                (string select, IEnumerable<(string Name, string Path)> sources) =
                    Split(parsed.GetRequiredValue(arguments), parsed.GetValue(named) ?? []);
                if (string.IsNullOrWhiteSpace(select))
                    throw new UsageException("The SELECT is empty: write, for example, \"SELECT object_id, ra, dec FROM d LIMIT 10\".");
                if (!PipeOutput.Check(parsed, parsed.GetValue(output)) && parsed.GetValue(output) is { } path)
                {
                    OutputFile.RequireNoInput(parsed, path, output);
                    TableOutput.RequireFree(path, parsed.GetValue(TableOutput.Replace));
                }
                List<(string Name, string Source, Func<PileException, PileException>? Of)> all =
                    await WithMembersAsync(sources, cancellationToken).ConfigureAwait(false);
                SideLayers? layers = all.Count == 1 ? null
                    : await SideLayers.OpenAsync(CommonOptions.LayersOf(parsed), cancellationToken).ConfigureAwait(false);
                DatasetOptions opening = CommonOptions.DatasetOptionsOf(parsed);
                Dictionary<string, PileException> missing = new(StringComparer.OrdinalIgnoreCase);
                foreach ((string name, string source, Func<PileException, PileException>? ofMember) in all)
                    if (!views.ContainsKey(name))
                        try
                        {
                            views.Add(name, await (layers?.OpenAsync(source, opening, cancellationToken)
                                ?? Dataset.OpenAsync(source, opening, cancellationToken)).ConfigureAwait(false));
                        }
                        catch (PileException e) when (ofMember is not null && CollectionMemberException.IsOfOne(e))
                        {
                            // Of the datasets of a collection, only those that the SELECT uses are needed.
                            missing.TryAdd(name, ofMember(e));
                        }
                    else
                        throw new UsageException($"--as {name}={source}: another dataset has the name '{name}'. Use different names.");
                layers?.RequireUsed([.. views.Values]);
                SqlOptions options = new()
                {
                    Limit = parsed.GetValue(limit),
                    Threads = CommonOptions.WorkersOf(parsed),
                    MemoryBytes = CommonOptions.MemoryOf(parsed),
                    LargeIntegersAsText = IsText(parsed.GetValue(output), parsed.GetValue(PipeOutput.Format))
                };
                if (views.Count == 0)
                    throw missing.Values.First();
                try
                {
                    await RowOutput.WriteAsync(parsed, Sql.QueryAsync(views, select, options, cancellationToken), About(views, select),
                        parsed.GetValue(output), parsed.GetValue(limit), cancellationToken).ConfigureAwait(false);
                }
                catch (ArgumentException e) when (missing.Keys.FirstOrDefault(name =>
                    e.Message.Contains($"there is no view '{name}'", StringComparison.OrdinalIgnoreCase)) is { } used)
                {
                    throw missing[used];
                }
                return ExitCode.Done;
            }
            finally
            {
                foreach (Dataset dataset in views.Values)
                    await dataset.DisposeAsync().ConfigureAwait(false);
            }
        });
        return command;
    }

    /// <summary>Returns the sources; instead of a collection, its datasets by their names, and what an error of them becomes.</summary>
    private static async Task<List<(string Name, string Path, Func<PileException, PileException>? Of)>> WithMembersAsync(
        IEnumerable<(string Name, string Path)> sources, CancellationToken cancellationToken)
    {
        List<(string, string, Func<PileException, PileException>?)> all = [];
        foreach ((string name, string path) in sources)
            if (name == OnlyView && DatasetCollection.IsWhole(path))
            {
                DatasetCollection collection = await DatasetCollection.OpenAsync(path, cancellationToken: cancellationToken)
                    .ConfigureAwait(false);
                foreach (CollectionMember member in collection.Members)
                    all.Add((member.Name, collection.AddressOf(member), e => CollectionMemberException.Of(collection, member, e)));
            }
            else
                all.Add((name, path, null));
        return all;
    }

    /// <summary>Returns true if the output stores numbers as digits without a type: stdout, JSON and CSV.</summary>
    private static bool IsText(string? output, string? format) => output is null || format is "csv" or "tsv" or "jsonl"
        || Path.GetExtension(output.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? output[..^3] : output).ToLowerInvariant()
            is ".csv" or ".tsv" or ".jsonl";

    /// <summary>Returns the provenance of all queried datasets. Different values of a fact are joined.</summary>
    private static TableAbout About(Dictionary<string, Dataset> views, string select)
    {
        TableAbout[] each = [.. views.Values.Select(d => TableAbout.Of(d.Manifest, select))];
        // A SELECT may compute what it names 'ra' and 'dec'.
        return each is [var only] ? only with { EpochYear = null } : each[0] with
        {
            Description = null,
            EpochYear = null,
            Frame = each.Select(a => a.Frame).Distinct().Count() == 1 ? each[0].Frame : null,
            Facts = [.. each.SelectMany(a => a.Facts).GroupBy(f => f.Key)
                .Select(g => new KeyValuePair<string, string>(g.Key, string.Join("; ", g.Select(f => f.Value).Distinct())))],
        };
    }

    private static (string Select, IEnumerable<(string Name, string Path)> Sources) Split(string[] arguments, string[] named)
    {
        List<(string, string)> sources = [.. arguments.Length == 2 ? [(OnlyView, arguments[0])] : Array.Empty<(string, string)>()];
        foreach (string text in named)
            sources.Add(text.IndexOf('=', StringComparison.Ordinal) is > 0 and int at && at < text.Length - 1
                ? (text[..at], text[(at + 1)..])
                : throw new UsageException($"--as {text}: expected NAME=DATASET, for example --as g=gaia."));
        return sources.Count > 0 ? (arguments[^1], sources)
            : throw new UsageException("'pile sql' requires a dataset and a SELECT: pile sql DATASET \"SELECT … FROM d\", or --as "
                + "NAME=DATASET.");
    }
}
