using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Tables;

/// <summary>Pairs of optional columns: proper motions, and errors, in right ascension and in declination.</summary>
internal sealed partial class PositionSearch
{
    private static readonly (string Ra, string Dec)[] Spellings =
        [("ra", "dec"), ("ra", "de"), ("Ra", "Dec"), ("Ra", "De"), ("RA", "DEC"), ("RA", "DE"), ("alpha", "delta")];

    /// <summary>Finds the two columns of one measurement: of several, those whose names belong together.</summary>
    /// <returns>Both columns; one of them if the table has no column of the other quantity; none if it cannot be determined which belong
    /// together.</returns>
    internal (ColumnSchema? Ra, ColumnSchema? Dec) OptionalPair(PositionWords ra, PositionWords dec) =>
        Pairs(ra, dec) is [var only] ? only : Has(ra) && Has(dec) ? default : (Optional(ra), Optional(dec));

    /// <summary>Returns the pairs of columns of one measurement, those found in the best way only; several if they are equally
    /// good.</summary>
    internal ImmutableArray<(ColumnSchema? Ra, ColumnSchema? Dec)> Pairs(PositionWords ra, PositionWords dec)
    {
        List<ColumnSchema> ras = All(ra), decs = All(dec);
        if (ras.Count == 0 || decs.Count == 0)
            return [];
        List<ColumnSchema> mainRas = ras.FindAll(c => HasUcd(c, ra.MainUcds)), mainDecs = decs.FindAll(c => HasUcd(c, dec.MainUcds));
        List<ColumnSchema> withCosine = ras.FindAll(HasCosine);
        // A motion without the cosine beside one that has it is another quantity, whatever its UCD.
        List<(ColumnSchema?, ColumnSchema?)> found = withCosine.Count < ras.Count ? Spelled(withCosine, decs) : [];
        if (found.Count == 0)
            found = (mainRas, mainDecs) is ([var mainRa], [var mainDec]) ? [(mainRa, mainDec)] : Spelled(mainRas, mainDecs);
        if (found.Count == 0)
            found = Spelled(mainRas, decs);
        found = Best(found, ra);
        foreach (string name in found.Count > 0 ? [] : ra.Names)
            if (Spelled(ras.FindAll(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase)), decs) is { Count: > 0 } named)
            {
                found = named;
                break;
            }
        if (found.Count > 1 && found.Find(p => p.Item1!.Name == ra.Names[0] && p.Item2!.Name == dec.Names[0]) is (not null, _) standard)
            found = [standard];
        return found.Count == 0 && (ras, decs) is ([var onlyRa], [var onlyDec]) ? [(onlyRa, onlyDec)] : [.. found];
    }

    // Of several with the same UCD, those with the best name.
    private static List<(ColumnSchema?, ColumnSchema?)> Best(List<(ColumnSchema? Ra, ColumnSchema?)> pairs, PositionWords ra) =>
        pairs.Count <= 1 ? pairs : [.. pairs.GroupBy(p => Array.FindIndex(ra.Names,
            n => n.Equals(p.Ra!.Name, StringComparison.OrdinalIgnoreCase)) is >= 0 and int rank ? rank : int.MaxValue).MinBy(g => g.Key)!];

    private static List<(ColumnSchema?, ColumnSchema?)> Spelled(List<ColumnSchema> ras, List<ColumnSchema> decs) =>
        [.. ras.SelectMany(ra => PartnersOf(ra.Name, decs).Select(dec => ((ColumnSchema?)ra, (ColumnSchema?)dec)))];

    /// <summary>Returns the columns whose names differ from that of a right ascension by its word only: written alike, otherwise in any
    /// case, otherwise with any underscores.</summary>
    private static List<ColumnSchema> PartnersOf(string ra, List<ColumnSchema> decs)
    {
        string name = WithoutCosine(ra);
        List<string> partners = [];
        foreach ((string ofRa, string ofDec) in Spellings)
            for (int at = -1; (at = name.IndexOf(ofRa, at + 1, StringComparison.Ordinal)) >= 0;)
                partners.Add($"{name[..at]}{ofDec}{name[(at + ofRa.Length)..]}");
        foreach (Func<string, string> form in (ReadOnlySpan<Func<string, string>>)[n => n, n => n.ToUpperInvariant(),
            n => n.ToUpperInvariant().Replace("_", "", StringComparison.Ordinal)])
            if (decs.FindAll(c => partners.Exists(p => form(p) == form(c.Name))) is { Count: > 0 } found)
                return found;
        return [];
    }

    // Of pm_ra_cosdec, pmracosdec, pmRAcosDE and pmRAc; of a name of a declination, nothing.
    private static string WithoutCosine(string name) =>
        name.IndexOf("cos", StringComparison.OrdinalIgnoreCase) is > 0 and int at ? name[..at].TrimEnd('_')
            : name.EndsWith("RAc", StringComparison.Ordinal) ? name[..^1] : name;

    private static bool HasCosine(ColumnSchema column) => WithoutCosine(column.Name) != column.Name;
}
