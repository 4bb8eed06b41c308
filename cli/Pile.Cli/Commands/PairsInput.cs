using System.CommandLine;
using System.Globalization;
using Pile.Cli.Terminal;
using Pile.CrossMatch;
using Pile.Format;
using Pile.Storage;
using Pile.Tables;

namespace Pile.Cli.Commands;

/// <summary>The pairs of <c>--pairs</c>: a table with two columns of ids, or a HATS association catalogue.</summary>
internal static class PairsInput
{
    private static readonly Option<string?> Pairs = new("--pairs")
    {
        Description = "The pairs by their ids, instead of those within a radius: a table, or the folder of a HATS association catalogue.",
        HelpName = "TABLE|DIR",
    };
    private static readonly Option<string?> Ids = new("--pairs-ids")
    {
        Description = "The columns of --pairs with the ids of A and B (default: a_object_id,b_object_id).",
        HelpName = "COL,COL",
    };
    private static readonly Option<bool> AllowMissing = new("--allow-missing")
    {
        Description = "Leave out pairs of --pairs whose ids no row has.",
    };

    internal static IEnumerable<Option> All => [Pairs, Ids, AllowMissing];

    internal static bool IsGiven(ParseResult parsed) => parsed.GetValue(Pairs) is not null;

    /// <summary>Rejects the options in a match of several sides.</summary>
    /// <exception cref="UsageException">An option is given.</exception>
    internal static void RequireNone(ParseResult parsed)
    {
        if (All.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } given)
            throw new UsageException($"{given.Name} is for the listed pairs of two sides. Remove it, or --with and --find groups.");
    }

    /// <summary>Reads the pairs, if the command line has them.</summary>
    /// <exception cref="UsageException">The columns of ids are unknown.</exception>
    /// <exception cref="PileException">The table or the association cannot be read.</exception>
    internal static async Task<CrossMatchOptions> ApplyAsync(ParseResult parsed, CrossMatchOptions options, MatchSide a, MatchSide? b,
        CancellationToken cancellationToken)
    {
        if (parsed.GetValue(Pairs) is not { } path)
            return parsed.GetValue(Ids) is null && !parsed.GetValue(AllowMissing) ? options
                : throw new UsageException("--pairs-ids and --allow-missing require --pairs.");
        if (b is null)
            throw new UsageException("--pairs lists pairs of A and B, but B is missing. To join rows of one catalogue, give it twice.");
        (string[] files, string nameA, string nameB) = Directory.Exists(path) ? OfAssociation(path)
            : ([InputFile.Require(path, "The table of pairs")], "a_object_id", "b_object_id");
        if (parsed.GetValue(Ids) is { } names)
            (nameA, nameB) = NameList.Split(names, Ids.Name) is [var first, var second] ? (first, second)
                : throw new UsageException($"--pairs-ids {names}: expected two columns, those of the ids of A and of B.");
        List<KeyValuePair<ObjectId, ObjectId>> pairs = [];
        foreach (string file in files)
        {
            await using ITableReader table = await TableReader.OpenAsync(file, cancellationToken: cancellationToken).ConfigureAwait(false);
            foreach (string name in (string[])[nameA, nameB])
                if (!table.Columns.Any(c => c.Name == name))
                    throw new UsageException($"--pairs {file}: there is no column '{name}'; it has "
                        + $"{string.Join(", ", table.Columns.Take(40).Select(c => c.Name))}. Name the columns of ids with --pairs-ids.");
            long row = 0;
            await foreach (RowBatch batch in table.ReadAsync(nameA == nameB ? [nameA] : [nameA, nameB],
                cancellationToken: cancellationToken)
                .ConfigureAwait(false))
                for (int i = 0; i < batch.RowCount; i++, row++)
                    pairs.Add(new(Id(batch[nameA], i, a, file, row), Id(batch[nameB], i, b, file, row)));
        }
        return options with { Pairs = pairs, AllowMissingPairs = parsed.GetValue(AllowMissing) };
    }

    /// <summary>Rejects an output that would replace the table of pairs.</summary>
    /// <exception cref="UsageException">The output is the table.</exception>
    internal static void RequireOther(ParseResult parsed, string output)
    {
        if (parsed.GetValue(Pairs) is { } path && InputFiles.IsSame(path, RealPath.Of(Path.GetFullPath(output))))
            throw new UsageException($"--out {output}: the result would replace the pairs of --pairs. Write to another file.");
    }

    private static (string[] Files, string A, string B) OfAssociation(string folder)
    {
        string? file = ((string[])[HatsProperties.FileName, HatsProperties.CopyName]).Select(n => Path.Combine(folder, n))
            .FirstOrDefault(File.Exists);
        if (file is null || new FileInfo(file).Length > HatsProperties.LargestBytes)
            throw new UsageException($"--pairs {folder}: expected a table of pairs, or a HATS association catalogue with the file "
                + $"'{HatsProperties.FileName}'.");
        HatsProperties properties;
        try
        {
            properties = HatsProperties.Parse(File.ReadAllText(file));
        }
        catch (FormatException e)
        {
            throw new SourceUnreadableException(file, e.Message, "Fetch the catalogue again");
        }
        if (properties["dataproduct_type"] is not "association")
            throw new SourceUnreadableException(file, $"it describes a catalogue of type '{properties["dataproduct_type"]}', expected "
                + "'association'", "Name a HATS association catalogue, or a table of pairs");
        if (!string.Equals(properties["hats_assn_leaf_files"], "true", StringComparison.OrdinalIgnoreCase))
            throw new SourceUnreadableException(file, "the association lists only partitions, not pairs (hats_assn_leaf_files is not true)",
                "Match the catalogues by position instead");
        string Column(string key) => properties[key] ?? throw new SourceUnreadableException(file, $"the key '{key}' is missing",
            "Name the columns of ids with --pairs-ids, and the files as a table");
        string dataset = Path.Combine(folder, "dataset");
        string[] files = Directory.Exists(dataset) ? [.. Directory.EnumerateFiles(dataset, "*.parquet", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)] : [];
        return files.Length > 0 || properties["hats_nrows"] is "0"
            ? (files, Column("hats_col_assn_primary_assn"), Column("hats_col_assn_join_assn"))
            : throw new SourceUnreadableException(folder, "there are no Parquet files in its folder 'dataset'",
            "Fetch the catalogue again");
    }

    private static ObjectId Id(ColumnData column, int row, MatchSide side, string file, long fileRow)
    {
        string text = column.IsNullAt(row) ? "" : column is TextColumnData texts ? texts.Text(row) : CellText.Of(column, row);
        if (text.Length > 0 && side.IdType == DType.String)
            return new ObjectId(text);
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? new ObjectId(number)
            : throw new ValueInvalidException(file, fileRow, column.Schema.Name, text.Length == 0 ? "a missing value" : $"'{text}'",
                $"an id of {side.Name}", "Correct the pairs, or name other columns with --pairs-ids");
    }
}
