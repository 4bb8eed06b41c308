using System.Collections.Immutable;
using System.Globalization;
using Pile.Format;
using Pile.Tables;
using Pile.Tables.Ecsv;
using Pile.Tables.Json;
using Pile.Tables.Text;
using Pile.Writing;

namespace Pile.Builders.Sources.Table;

/// <summary>The types of the columns of a set of text or JSON Lines files. A file shows only the kinds of its own values; the type follows
/// from those of all files.</summary>
internal static class TextSetTypes
{
    // Beyond the kinds of values: the column is that of the ids.
    private const int IsId = 1 << 16;

    // The column has lists, or its objects have keys of their own.
    private const int IsList = 1 << 17, IsParent = 1 << 18, Beyond = IsId | IsList | IsParent;

    /// <summary>Returns the kinds of values of a file's columns, for <see cref="UnitFacts.PropertyKinds"/>.</summary>
    /// <param name="file">The file.</param>
    /// <param name="decided">The types that were decided already.</param>
    /// <param name="isRead">Whether a column, given by its number and name in the file, is read in the type that its values show.</param>
    /// <param name="isId">Whether a column, given by its number, is that of the ids.</param>
    internal static ImmutableArray<string> Describe(ITableReader file, ImmutableSortedDictionary<string, DType> decided,
        Func<int, string, bool> isRead, Func<int, bool> isId)
    {
        ImmutableArray<TextKinds?> kinds = file switch { TextTable t => t.Kinds, EcsvTable t => t.Kinds, JsonTable t => t.Kinds, _ => [] };
        return [.. Enumerable.Range(0, kinds.Length)
            .Where(i => kinds[i] is not null && !decided.ContainsKey(file.Columns[i].Name) && isRead(i, file.Columns[i].Name))
            .Select(i => Text((int)kinds[i]!.Value | (isId(i) ? IsId : 0) | (IsListOf(i) ? IsList : 0), file.Columns[i].Name)),
            .. file is JsonTable json ? json.Parents.Select(parent => Text(IsParent, parent)) : []];

        bool IsListOf(int column) => file is JsonTable && !file.Columns[column].IsScalar;
        static string Text(int kinds, string name) => string.Create(CultureInfo.InvariantCulture, $"{kinds} {name}");
    }

    /// <summary>Checks that each column has the same type in all files.</summary>
    /// <exception cref="ReadAgainException">Columns have different types, and one type represents all values: float64 for integers and
    /// decimals, any type in a file without values, text for ids, and the type of arrays with missing elements for all. Or a column without
    /// values has lists or objects in other files.</exception>
    internal static void RequireAgreement(IEnumerable<UnitFacts> facts)
    {
        Dictionary<string, DType> types = new(StringComparer.Ordinal);
        List<string> empty = [];
        foreach (IGrouping<string, int> found in facts.SelectMany(f => f.PropertyKinds).Select(Parse)
            .GroupBy(c => c.Name, c => c.Kinds, StringComparer.Ordinal))
        {
            bool hasLists = found.Any(kinds => (kinds & (IsList | IsParent)) != 0);
            if (hasLists && found.Contains(0))
                empty.Add(found.Key);
            int[] column = [.. found.Where(kinds => (kinds & IsParent) == 0 && !(hasLists && kinds == 0))];
            TextKinds all = column.Aggregate(TextKinds.None, (kinds, next) => kinds | KindsOf(next));
            DType type = TextColumnProfile.TypeOf(all);
            DType[] ofFiles = [.. column.Select(KindsOf).Where(kinds => kinds is not TextKinds.None)
                .Select(TextColumnProfile.TypeOf).Distinct()];
            // Lists without values have numbers, unlike single values.
            bool areSame = all is TextKinds.None
                || column.All(kinds => TextColumnProfile.TypeOf(KindsOf(kinds)) == type && kinds != IsList);
            // Numbers in one file and text in another are more often an error than text, unless they are ids.
            if (!areSame && (type is not DType.String || all.HasFlag(TextKinds.Element) || ofFiles is [DType.String]
                || column.Any(kinds => (kinds & IsId) != 0)))
                types.Add(found.Key, type);
            else if (!areSame && ofFiles.Count(IsNumber) > 1 && NumberOf(column) is var number && IsNumber(number))
                types.Add(found.Key, number); // so that the error names a text and its file
        }
        if (types.Count > 0 || empty.Count > 0)
            throw new ReadAgainException("the types of some columns differ between the files; they are read as "
                + string.Join(", ", types.Select(t => (Name: t.Key, Type: t.Value.Name()))
                    .Concat(empty.Select(name => (Name: name, Type: "in the files with values")))
                    .OrderBy(t => t.Name, StringComparer.Ordinal).Select(t => $"{t.Name} {t.Type}")) + ".",
                decisions => decisions with
                {
                    TextTypes = decisions.TextTypes.AddRange(types),
                    EmptyColumns = decisions.EmptyColumns.Union(empty),
                });
    }

    private static TextKinds KindsOf(int kinds) => (TextKinds)(kinds & ~Beyond);

    /// <summary>Returns the type of the values of the files that have numbers only.</summary>
    private static DType NumberOf(IEnumerable<int> files) => TextColumnProfile.TypeOf(files.Select(KindsOf)
        .Where(kinds => kinds is not TextKinds.None && IsNumber(TextColumnProfile.TypeOf(kinds))).Aggregate((a, b) => a | b));

    private static bool IsNumber(DType type) => type is not (DType.String or DType.Bool);

    private static (string Name, int Kinds) Parse(string known)
    {
        int end = known.IndexOf(' ', StringComparison.Ordinal);
        return (known[(end + 1)..], int.Parse(known.AsSpan(0, end), CultureInfo.InvariantCulture));
    }
}
