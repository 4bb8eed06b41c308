using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using Pile.Fits;
using Pile.Format;

namespace Pile.Adopting;

/// <summary>What files or objects say about the values of a column: their unit, the names of codes, the numbers that mark missing values.
/// Values of different meaning cannot be one column.</summary>
/// <param name="column">The column, for messages.</param>
internal sealed class MergedMeaning(string column)
{
    private readonly SortedDictionary<long, (string Name, string Place)> names = [];
    private readonly Dictionary<string, long> codes = new(StringComparer.Ordinal);
    private ImmutableArray<CategorySchema> lastNames = [];
    private string? unitPlace, placeWithoutUnit, whyWithoutNames, whyWithoutSentinels;

    /// <summary>The unit; null if no file states one.</summary>
    internal string? Unit { get; private set; }

    /// <summary>True if all codes so far have names.</summary>
    internal bool HasNames => names.Count > 0 && whyWithoutNames is null;

    /// <summary>The names of codes; empty if some codes have none.</summary>
    internal ImmutableArray<CategorySchema> Categories =>
        HasNames ? [.. names.Select(code => new CategorySchema(code.Key, code.Value.Name))] : [];

    /// <summary>The numbers that mark missing values; empty if files state different ones, which may be values in others.</summary>
    internal ImmutableArray<double> Sentinels { get; private set; } = [];

    /// <summary>The numbers that the file means, as a formula of the stored ones; null if they are the same.</summary>
    internal string? Packing { get; private set; }

    /// <summary>What the user should know.</summary>
    internal IEnumerable<string> Findings
    {
        get
        {
            if (Unit is not null && placeWithoutUnit is not null && unitPlace is not null)
                yield return $"the column '{column}' has the unit '{Unit}' in '{unitPlace}' and none in '{placeWithoutUnit}'; it is taken "
                    + $"to be in {Unit} everywhere";
            if (names.Count > 0 && whyWithoutNames is not null)
                yield return $"the names of codes of the column '{column}' are left out: {whyWithoutNames}";
            if (whyWithoutSentinels is not null)
                yield return $"the column '{column}' has no declared sentinels, because files differ: {whyWithoutSentinels}";
            if (Packing is not null)
                yield return $"the column '{column}' has the stored numbers, and no unit: the physical value is {Packing}";
        }
    }

    /// <summary>Returns what a file says, with the file in its places.</summary>
    internal MergedMeaning Of(string file)
    {
        MergedMeaning all = new(column);
        all.Add(this, file, isFirst: true);
        return all;
    }

    /// <summary>Sets the unit of a column whose files state none.</summary>
    internal void DeclareUnit(string unit) => Unit ??= unit;

    /// <summary>Leaves the names of codes out, because a value has none.</summary>
    /// <param name="why">Where, and why.</param>
    internal void DropNames(string why) => whyWithoutNames ??= why;

    /// <summary>Adds what an object of a file says.</summary>
    /// <exception cref="SchemaMismatchException">It contradicts the others.</exception>
    internal void Add(SourceField field, string file)
    {
        // A file may have a million objects, which say the same, or nothing.
        if (field.Unit is not null && field.Unit != Unit)
            AddUnit(field.Unit, PlaceOf(field, file));
        if (field.Type.Categories != lastNames)
            foreach (CategorySchema category in lastNames = field.Type.Categories)
                AddName(category.Code, category.Name, PlaceOf(field, file));
        if (field.Type.Categories.IsEmpty && whyWithoutNames is null)
            whyWithoutNames = $"'{PlaceOf(field, file)}' has numbers without names";
        if (field.Packing is not null) // it is read of the first objects of a file only
            AddPacking(field.Packing, PlaceOf(field, file), isFirst: Packing is null);
        if (!field.Sentinels.IsEmpty) // they too
            AddSentinels(field.Sentinels, PlaceOf(field, file), isFirst: Sentinels.IsEmpty && whyWithoutSentinels is null);
    }

    /// <summary>Adds what another file says.</summary>
    /// <exception cref="SchemaMismatchException">It contradicts the others.</exception>
    internal void Add(MergedMeaning other, string file) => Add(other, file, isFirst: false);

    private void Add(MergedMeaning other, string file, bool isFirst)
    {
        placeWithoutUnit ??= other.Unit is null ? file : null;
        AddUnit(other.Unit, file);
        foreach ((long code, (string name, _)) in other.names)
            AddName(code, name, file);
        whyWithoutNames ??= other.whyWithoutNames;
        AddPacking(other.Packing, file, isFirst);
        whyWithoutSentinels ??= other.whyWithoutSentinels;
        AddSentinels(other.Sentinels, file, isFirst);
    }

    private static string PlaceOf(SourceField field, string file) => $"{file}/{field.Place}";

    private void AddUnit(string? unit, string place)
    {
        if (unit is null)
            return;
        if (Unit is not null && !FitsUnits.AreEqual(Unit, unit))
            throw Contradiction(place, $"the unit is '{unit}', but '{Unit}' in '{unitPlace}'");
        (Unit, unitPlace) = (Unit ?? unit, unitPlace ?? place);
    }

    private void AddName(long code, string name, string place)
    {
        if (names.TryGetValue(code, out (string Name, string Place) known) && known.Name != name)
            throw Contradiction(place, $"the code {code} is '{name}', but '{known.Name}' in '{known.Place}'");
        ref long codeOfName = ref CollectionsMarshal.GetValueRefOrAddDefault(codes, name, out bool isKnown);
        if (isKnown && codeOfName != code)
            throw Contradiction(place, $"'{name}' is the code {code}, but {codeOfName} in '{names[codeOfName].Place}'");
        codeOfName = code;
        names.TryAdd(code, (name, place));
    }

    private void AddPacking(string? packing, string place, bool isFirst)
    {
        if (!isFirst && packing != Packing)
            throw Contradiction(place, $"the physical value is {packing ?? "the stored number"}, but {Packing ?? "the stored number"} "
                + "elsewhere (attributes scale_factor and add_offset)");
        Packing = packing;
    }

    private void AddSentinels(ImmutableArray<double> sentinels, string place, bool isFirst)
    {
        if (isFirst)
            Sentinels = sentinels;
        else if (whyWithoutSentinels is not null || sentinels.AsSpan().SequenceEqual(Sentinels.AsSpan()))
            return;
        else
            (whyWithoutSentinels, Sentinels) = ($"'{place}' has {Text(sentinels)}, others {Text(Sentinels)}", []);

        static string Text(ImmutableArray<double> numbers) => numbers.IsEmpty ? "none"
            : string.Join(", ", numbers.Select(number => number.ToString("R", CultureInfo.InvariantCulture)));
    }

    private SchemaMismatchException Contradiction(string place, string finding) =>
        new(place, column, finding, "Adopt these files as separate datasets, or correct them");
}
