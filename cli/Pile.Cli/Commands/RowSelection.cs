using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Reading;

namespace Pile.Cli.Commands;

/// <summary>The options that select rows: ids, conditions, regions, matches and a limit.</summary>
internal sealed partial class RowSelection
{
    /// <summary>What help says of the option for a list of ids.</summary>
    internal const string IdsHelp = "Rows whose ids are listed in a file, one per line; - for standard input.";

    private readonly Option<string[]> id = new("--id")
    {
        Description = "The ids of the rows.",
        HelpName = "ID",
        AllowMultipleArgumentsPerToken = true
    };
    private readonly Option<string> ids = new("--ids")
    {
        Description = IdsHelp,
        HelpName = "FILE"
    };
    private readonly Option<string?> where = new("--where") { Description = "Rows that match an SQL condition.", HelpName = "SQL" };
    private readonly Option<string?> matches = new("--matches")
    {
        Description = "Rows of a table that 'pile crossmatch' wrote.",
        HelpName = "FILE"
    };
    private readonly Option<string?> side = new("--side") { Description = "With --matches: the side of this dataset.", HelpName = "a|b" };
    private readonly Option<string[]> sort = SortOption();
    private readonly Option<long?> limit;
    private readonly RegionOptions regions = new();

    internal RowSelection(string limitDescription)
    {
        limit = CommonOptions.Limit(limitDescription);
        side.AcceptOnlyFromAmong("a", "b");
    }

    /// <summary>True if the side of the dataset is found by its ids, where <c>--side</c> is not given.</summary>
    internal bool FindsSide { get; init; }

    /// <summary>Adds the options to a verb.</summary>
    /// <param name="command">The verb.</param>
    /// <param name="hasBox">False if <c>--box</c> is another option of the verb.</param>
    internal void AddTo(Command command, bool hasBox = true)
    {
        foreach (Option option in (Option[])[id, ids, where, matches, side, sort, limit])
            command.Options.Add(option);
        regions.AddTo(command, hasBox);
    }

    /// <summary>The ids of <c>--id</c>, as text.</summary>
    internal string[] Ids(ParseResult parsed) => parsed.GetValue(id) ?? [];

    internal long? LimitOf(ParseResult parsed) => parsed.GetValue(limit);

    /// <summary>Returns the table of matches and the side of the dataset, a by default; null without a table.</summary>
    internal (string File, string Side)? MatchesOf(ParseResult parsed) =>
        parsed.GetValue(matches) is { } file ? (file, parsed.GetValue(side) ?? "a") : null;

    /// <summary>Returns true if rows are selected by their ids, in the order of the ids.</summary>
    internal bool IsById(ParseResult parsed) => Ids(parsed).Length > 0 || parsed.GetValue(ids) is not null
        || parsed.GetValue(matches) is not null;

    /// <summary>Returns true if rows are selected at all.</summary>
    internal bool IsGiven(ParseResult parsed) => IsById(parsed) || parsed.GetValue(where) is not null || regions.AreGiven(parsed)
        || parsed.GetValue(limit) is not null;

    /// <summary>Returns the ids that select rows, without duplicates; null if rows are selected otherwise.</summary>
    /// <exception cref="UsageException">Ids are selected in two ways, or together with a condition.</exception>
    internal async Task<ObjectId[]?> IdsAsync(ParseResult parsed, Dataset dataset, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(side) is not null && parsed.GetValue(matches) is null)
            throw new UsageException("--side requires --matches FILE.");
        if (!IsById(parsed))
            return null;
        if ((Ids(parsed).Length > 0 ? 1 : 0) + (parsed.GetValue(ids) is null ? 0 : 1) + (parsed.GetValue(matches) is null ? 0 : 1) != 1
            || parsed.GetValue(where) is not null || regions.AreGiven(parsed) || parsed.GetValue(sort) is { Length: > 0 })
            throw new UsageException("Select rows with one of --id ID…, --ids FILE and --matches FILE --side a|b, or with --where SQL and "
                + "regions such as --cone RA,DEC,RADIUS.");
        IEnumerable<ObjectId> wanted = parsed.GetValue(matches) is { } table
            ? await MatchedIds.ReadAsync(dataset, table, parsed.GetValue(side)
                ?? (FindsSide ? await MatchedIds.SideOfAsync(dataset, table, cancellationToken).ConfigureAwait(false)
                : throw new UsageException("--matches requires --side a or --side b.")), cancellationToken).ConfigureAwait(false)
            : parsed.GetValue(ids) is { } file ? InFile(parsed, dataset, file) : Ids(parsed).Select(dataset.ParseId);
        wanted = wanted.Distinct();
        return [.. parsed.GetValue(limit) is { } most ? wanted.Take((int)Math.Min(most, int.MaxValue)) : wanted];
    }

    /// <summary>Reads the ids of <c>--ids</c> without duplicates, in the order of the file, and reports duplicates.</summary>
    internal static ObjectId[] InFile(ParseResult parsed, Dataset dataset, string file)
    {
        ObjectId[] all = [.. IdFile.Read(file, dataset.ParseId, isExact: dataset.Source is not null)], distinct = [.. all.Distinct()];
        if (distinct.Length < all.Length)
            CommonOptions.Messages(parsed)(string.Create(CultureInfo.InvariantCulture,
                $"--ids {file}: {all.Length - distinct.Length:N0} of {all.Length:N0} lines repeat an id; each row is read once"));
        return distinct;
    }

    /// <summary>Reports how many ids were not found.</summary>
    internal static void ReportMissing(ParseResult parsed, long ids, long found)
    {
        if (found < ids)
            CommonOptions.Messages(parsed)(string.Create(CultureInfo.InvariantCulture,
                $"{ids - found:N0} of {ids:N0} ids were not found"));
    }

    /// <summary>Restricts a query to the condition, the regions and the limit.</summary>
    /// <param name="query">The query.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="limitRows">The limit if none is given; null for none.</param>
    internal Query Narrow(Query query, ParseResult parsed, long? limitRows = null)
    {
        if (parsed.GetValue(where) is { } condition)
            query = query.Where(condition);
        query = regions.Narrow(query, parsed);
        query = Sorted(query, parsed.GetValue(sort));
        return (parsed.GetValue(limit) ?? limitRows) is { } rows ? query.Limit(rows) : query;
    }

    /// <summary>Creates <c>--sort</c>.</summary>
    internal static Option<string[]> SortOption() => new("--sort")
    {
        Description = "Sort by a column or expression; add ' desc' for descending order. A further --sort sorts rows that are equal in the "
            + "first.",
        HelpName = "COL[ desc]",
        Arity = ArgumentArity.OneOrMore,
    };

    /// <summary>Sorts a query by the values of <c>--sort</c>.</summary>
    internal static Query Sorted(Query query, string[]? orders)
    {
        foreach (string order in orders ?? [])
        {
            if (PartsOf(order) is { Length: > 1 } parts)
                throw new UsageException($"--sort {order}: expected one column or expression. Give --sort once for each: "
                    + string.Join(' ', parts.Select(part => part.Contains(' ', StringComparison.Ordinal) ? $"--sort '{part}'"
                        : $"--sort {part}")) + ".");
            (string expression, bool isDescending) = order.EndsWith(" desc", StringComparison.OrdinalIgnoreCase) ? (order[..^5], true)
                : (order.EndsWith(" asc", StringComparison.OrdinalIgnoreCase) ? order[..^4] : order, false);
            query = query.OrderBy(expression.Trim(), isDescending);
        }
        return query;
    }

    // In an expression, a direction is not followed by a comma; quoted texts and names may have both.
    private static string[] PartsOf(string order) => order.AsSpan().ContainsAny('\'', '"') ? [order]
        : Names().IsMatch(order) ? order.Split(',', StringSplitOptions.TrimEntries) : Directed().Split(order);

    [GeneratedRegex(@"(?<=\s(desc|asc))\s*,\s*", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Directed();

    [GeneratedRegex(@"^\s*\w+(\s+(desc|asc))?(\s*,\s*\w+(\s+(desc|asc))?)+\s*$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Names();

    /// <summary>Opens the selected rows.</summary>
    internal async Task<RowReader> OpenAsync(ParseResult parsed, Dataset dataset, Query columns, long? limitRows,
        CancellationToken cancellationToken) =>
        await IdsAsync(parsed, dataset, cancellationToken).ConfigureAwait(false) is { } wanted
            ? await dataset.OpenRowsByIdAsync(limitRows is { } most ? wanted.Take((int)most) : wanted, columns,
                cancellationToken: cancellationToken).ConfigureAwait(false)
            : await dataset.OpenRowsAsync(Narrow(columns, parsed, limitRows), cancellationToken: cancellationToken).ConfigureAwait(false);
}
