using System.Collections.Immutable;
using System.Globalization;
using Pile.Format;
using Pile.Tables;
using Pile.Tables.Ecsv;
using Pile.Tables.Text;
using Pile.Writing;

namespace Pile.Builders.Sources.Table;

/// <summary>The types of the columns of a set of text files. A file shows only the kinds of its own values; the type follows from those of
/// all files.</summary>
internal static class TextSetTypes
{
    // Beyond the kinds of values: the column is that of the ids.
    private const int IsId = 1 << 16;

    /// <summary>Returns the kinds of values of a file's columns, for <see cref="UnitFacts.PropertyKinds"/>.</summary>
    /// <param name="file">The file.</param>
    /// <param name="decided">The types that were decided already.</param>
    /// <param name="isRead">Whether a column, given by its number and name in the file, is read in the type that its values show.</param>
    /// <param name="isId">Whether a column, given by its number, is that of the ids.</param>
    internal static ImmutableArray<string> Describe(ITableReader file, ImmutableSortedDictionary<string, DType> decided,
        Func<int, string, bool> isRead, Func<int, bool> isId)
    {
        ImmutableArray<TextKinds?> kinds = file switch { TextTable t => t.Kinds, EcsvTable t => t.Kinds, _ => [] };
        return [.. Enumerable.Range(0, kinds.Length)
            .Where(i => kinds[i] is not null && !decided.ContainsKey(file.Columns[i].Name) && isRead(i, file.Columns[i].Name))
            .Select(i => string.Create(CultureInfo.InvariantCulture,
                $"{(int)kinds[i]!.Value | (isId(i) ? IsId : 0)} {file.Columns[i].Name}"))];
    }

    /// <summary>Checks that each column has the same type in all files.</summary>
    /// <exception cref="ReadAgainException">Columns have different types, and one type represents all values: float64 for integers and
    /// decimals, any type in a file without values, text for ids, and the type of arrays with missing elements for all.</exception>
    internal static void RequireAgreement(IEnumerable<UnitFacts> facts)
    {
        Dictionary<string, DType> types = new(StringComparer.Ordinal);
        foreach (IGrouping<string, int> column in facts.SelectMany(f => f.PropertyKinds).Select(Parse)
            .GroupBy(c => c.Name, c => c.Kinds, StringComparer.Ordinal))
        {
            TextKinds all = column.Aggregate(TextKinds.None, (kinds, next) => kinds | (TextKinds)(next & ~IsId));
            DType type = TextColumnProfile.TypeOf(all);
            DType[] ofFiles = [.. column.Select(kinds => (TextKinds)(kinds & ~IsId)).Where(kinds => kinds is not TextKinds.None)
                .Select(TextColumnProfile.TypeOf).Distinct()];
            bool areSame = column.All(kinds => TextColumnProfile.TypeOf((TextKinds)(kinds & ~IsId)) == type);
            // Numbers in one file and text in another are more often an error than text, unless they are ids.
            if (!areSame && (type is not DType.String || all.HasFlag(TextKinds.Element) || ofFiles is [DType.String]
                || column.Any(kinds => (kinds & IsId) != 0)))
                types.Add(column.Key, type);
            else if (!areSame && ofFiles.Count(IsNumber) > 1 && NumberOf(column) is var number && IsNumber(number))
                types.Add(column.Key, number); // so that the error names a text and its file
        }
        if (types.Count > 0)
            throw new ReadAgainException("the types of some columns differ between the files; they are read as "
                + $"{string.Join(", ", types.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => $"{t.Key} {t.Value.Name()}"))}.",
                decisions => decisions with { TextTypes = decisions.TextTypes.AddRange(types) });
    }

    /// <summary>Returns the type of the values of the files that have numbers only.</summary>
    private static DType NumberOf(IEnumerable<int> files) => TextColumnProfile.TypeOf(files.Select(kinds => (TextKinds)(kinds & ~IsId))
        .Where(kinds => kinds is not TextKinds.None && IsNumber(TextColumnProfile.TypeOf(kinds))).Aggregate((a, b) => a | b));

    private static bool IsNumber(DType type) => type is not (DType.String or DType.Bool);

    private static (string Name, int Kinds) Parse(string known)
    {
        int end = known.IndexOf(' ', StringComparison.Ordinal);
        return (known[(end + 1)..], int.Parse(known.AsSpan(0, end), CultureInfo.InvariantCulture));
    }
}
