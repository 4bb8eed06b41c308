using System.Collections.Immutable;
using Pile.Format;
using Pile.Sky;

namespace Pile.Tables;

/// <summary>Searches for columns, and records why each was chosen.</summary>
internal sealed partial class PositionSearch(ImmutableArray<ColumnSchema> columns)
{
    private const int MostNames = 10;
    private const string Ra = "ra", Dec = "dec"; // the standard names
    private const string ByMainUcd = "by its main UCD", ByAnyUcd = "by its UCD", ByItsName = "by its name";

    private readonly List<string> reasons = [];

    internal string Explanation => reasons.Count == 0 ? "" : $"Used as {string.Join(", ", reasons)}.";

    /// <summary>Returns whether any column could be a quantity.</summary>
    internal bool Has(PositionWords words, Func<ColumnSchema, bool>? condition = null) => All(words).Any(condition ?? (_ => true));

    /// <summary>Returns whether columns could be right ascension and declination.</summary>
    internal static bool HasPosition(ImmutableArray<ColumnSchema> columns) =>
        new PositionSearch(columns) is var search && search.Has(PositionWords.Ra) && search.Has(PositionWords.Dec);

    /// <summary>Finds longitude and latitude of one position: of several, those whose names belong together.</summary>
    /// <param name="longitude">The names and UCDs of the longitude.</param>
    /// <param name="latitude">Those of the latitude.</param>
    /// <param name="ra">The caller's choice of the longitude, or null.</param>
    /// <param name="dec">The caller's choice of the latitude, or null.</param>
    /// <param name="prefers">Longitudes that precede others; null for none.</param>
    internal (ColumnSchema Longitude, ColumnSchema Latitude) Pair(PositionWords longitude, PositionWords latitude, string? ra, string? dec,
        Func<ColumnSchema, bool>? prefers)
    {
        const string RaOption = "PositionOptions.RaColumn", DecOption = "PositionOptions.DecColumn";
        List<ColumnSchema> lons = Candidates(longitude, ra, RaOption, out string lonReason),
            lats = Candidates(latitude, dec, DecOption, out string latReason);
        if (ra is null && prefers is not null && All(longitude).FindAll(c => prefers(c)) is { Count: 1 } preferred)
            (lons, lonReason) = (preferred, HasUcd(preferred[0], longitude.MainUcds) ? ByMainUcd
                : HasUcd(preferred[0], longitude.Ucds) ? ByAnyUcd : ByItsName);
        bool areMain = lons.Count == 1 && lats.Count == 1 && lonReason == ByMainUcd && latReason == ByMainUcd;
        if (!areMain && dec is null && lons is [var lon] && All(latitude).FindAll(c => IsPartner(lon.Name, c.Name)) is [var ofLon])
            return (Take(longitude, lon, lonReason), Take(latitude, ofLon, lats is [var same] && same == ofLon ? latReason
                : $"beside '{lon.Name}'"));
        if (!areMain && ra is null && lats is [var lat] && All(longitude).FindAll(c => IsPartner(c.Name, lat.Name)) is [var ofLat])
            return (Take(longitude, ofLat, $"beside '{lat.Name}'"), Take(latitude, lat, latReason));
        ColumnSchema found = prefers is not null && ra is null && lons is [var only] ? Take(longitude, only, lonReason)
            : Required(longitude, ra, RaOption);
        // Of one system rather than of a better name: half a position of B1950 does not belong to the main one.
        if (dec is null && lats is [var other] && !PositionSystem.IsPossible(found, other)
            && All(latitude).FindAll(c => PositionSystem.IsPossible(found, c)) is [var ofSystem])
            return (found, Take(latitude, ofSystem, $"of the system of '{found.Name}'"));
        return (found, Required(latitude, dec, DecOption, like: found));
    }

    /// <summary>Finds a required column.</summary>
    /// <param name="words">The names and UCDs of the quantity.</param>
    /// <param name="named">The caller's choice, or null.</param>
    /// <param name="option">The option property, for messages.</param>
    /// <param name="like">The partner already found; of several columns, the one with a corresponding name is chosen.</param>
    internal ColumnSchema Required(PositionWords words, string? named, string option, ColumnSchema? like = null)
    {
        List<ColumnSchema> found = Candidates(words, named, option, out string reason);
        if (found.Count > 1 && like is not null && found.Find(c => IsPartner(like.Name, c.Name)) is { } partner)
            found = [partner];
        if (found.Count == 1)
            return Take(words, found[0], reason);
        string finding = found.Count == 0
            ? $"No column looks like {words.Quantity}"
            : $"Several columns could be {words.Quantity}: {string.Join(", ", found.Select(c => c.Name))}";
        string? array = found.Count > 0 ? null : columns.FirstOrDefault(c => !c.IsScalar && Is(c, words))?.Name;
        string hint = array is not null
            ? $" '{array}' has arrays. If they are the columns of a catalogue in one row (colfits), convert the file to one row for each "
                + "object."
            : found.Count == 0 && words.Quantity == PositionWords.Ra.Quantity && Has(FrameWords.Of(SkyFrame.Galactic).Longitude)
            ? " If they are galactic, set PositionOptions.Frame to galactic." : "";
        throw new ArgumentException(columns is [{ DType: DType.String } only]
            ? $"{finding}: the table has one column only, '{only.Name}'. The fields of CSV are delimited by commas, semicolons, tabs or |, "
                + "those of TSV by tabs, and those of plain text (.txt) also by blanks: give the file the extension of its format; "
                + "for standard input, specify the format."
            : $"{finding}. Specify it with {option}.{hint}{(found.Count == 0 ? $" {NamesLike(words.Names)}." : "")}");
    }

    /// <summary>Finds an optional column; null also if there are several.</summary>
    internal ColumnSchema? Optional(PositionWords words, string? named = null, string option = "")
    {
        List<ColumnSchema> found = Candidates(words, named, option, out string reason);
        return found.Count == 1 ? Take(words, found[0], reason) : null;
    }

    /// <summary>Returns the columns among which <see cref="Optional"/> could not choose; empty if there are no several.</summary>
    internal ImmutableArray<string> Several(PositionWords words) =>
        Candidates(words, null, "", out _) is { Count: > 1 } found ? [.. found.Select(c => c.Name)] : [];

    // All names of a narrow table, otherwise the most similar ones: a survey's table may have thousands.
    private string NamesLike(params string[] wanted)
    {
        string[] names = [.. columns.Select(c => c.Name)];
        return names.Length <= MostNames ? $"The columns are {string.Join(", ", names)}"
            : wanted.SelectMany(word => SimilarNames.Of(word, names)).Distinct(StringComparer.Ordinal).Take(MostNames)
                .Select(name => $"'{name}'").ToArray() is { Length: > 0 } near ? $"Similar names: {string.Join(", ", near)}"
            : $"The columns are {string.Join(", ", names.Take(MostNames))} and {names.Length - MostNames} more";
    }

    private ColumnSchema Take(PositionWords words, ColumnSchema column, string reason)
    {
        if (reason.Length > 0)
            reasons.Add($"{words.Quantity}: '{column.Name}' ({reason})");
        return column;
    }

    private List<ColumnSchema> Candidates(PositionWords words, string? named, string option, out string reason)
    {
        reason = "";
        if (named is not null)
        {
            return [columns.FirstOrDefault(c => c.Name == named)
                ?? throw new ArgumentException(
                    $"There is no column '{named}' for {words.Quantity} ({option}). {NamesLike(named)}.")];
        }

        List<ColumnSchema> scalars = [.. columns.Where(c => c.IsScalar)];
        List<ColumnSchema> found = [.. scalars.Where(c => HasUcd(c, words.MainUcds))];
        reason = ByMainUcd;
        if (found.Count > 0)
            return found.Count > 1 && ByName(found, words.Names) is { Count: 1 } best ? best : found;
        reason = ByItsName;
        found = ByName(scalars, words.Names);
        if (found.Count > 0)
            return found;
        if (scalars.FindAll(c => HasUcd(c, words.Ucds)) is { Count: > 0 } ofUcd)
        {
            reason = ByAnyUcd;
            return ofUcd;
        }
        return HasScalar($"a_{Ra}") && HasScalar($"a_{Dec}") && (words.Names.Contains(Ra) ? Ra : words.Names.Contains(Dec) ? Dec : null)
            is { } position ? scalars.FindAll(c => c.Name is [>= 'a' and <= 'z', '_', .. var own] && own == position) : [];
    }

    /// <summary>Returns all columns that could be a quantity, for any reason.</summary>
    private List<ColumnSchema> All(PositionWords words) => [.. columns.Where(c => c.IsScalar && Is(c, words))];

    private static bool Is(ColumnSchema column, PositionWords words) => HasUcd(column, words.MainUcds) || HasUcd(column, words.Ucds)
        || words.Names.Contains(column.Name, StringComparer.OrdinalIgnoreCase);

    private static bool HasUcd(ColumnSchema column, string[] ucds) =>
        column.Ucd is { } ucd && ucds.Contains(ucd.Replace(" ", "", StringComparison.Ordinal), StringComparer.OrdinalIgnoreCase);

    /// <summary>Returns the columns with the best existing name, in any case. Names that differ only in case are several columns, unless
    /// the table has both standard names of a position, <c>ra</c> and <c>dec</c>, exactly: these then precede other spellings.</summary>
    private List<ColumnSchema> ByName(List<ColumnSchema> candidates, string[] names)
    {
        List<ColumnSchema> found = names.Select(name => candidates.FindAll(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
            .FirstOrDefault(found => found.Count > 0) ?? [];
        return found.Count > 1 && found.Find(c => c.Name is Ra or Dec) is { } standard && HasScalar(Ra) && HasScalar(Dec) ? [standard]
            : found;
    }

    private bool HasScalar(string name) => columns.Any(c => c.IsScalar && c.Name == name);

    private static bool IsPartner(string ra, string dec)
    {
        // Of an object with both, such as astropy's SkyCoord, the names differ after the dot; in _RA.icrs of the CDS, it precedes the
        // system.
        int ofObject = ra.EndsWith(".icrs", StringComparison.OrdinalIgnoreCase) ? 0 : ra.LastIndexOf('.') + 1;
        if (ofObject > 0 && !dec.StartsWith(ra[..ofObject], StringComparison.Ordinal))
            return false;
        (ra, dec) = (ra[ofObject..], dec[ofObject..]);
        foreach ((string lon, string lat) in
            (ReadOnlySpan<(string, string)>)[("ra", "dec"), ("ra", "de"), ("lon", "lat"), ("longitude", "latitude"), ("l", "b"),
                ("alpha", "delta")])
            if (ra.Contains(lon, StringComparison.OrdinalIgnoreCase)
                && ra.Replace(lon, lat, StringComparison.OrdinalIgnoreCase).Equals(dec, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }
}
