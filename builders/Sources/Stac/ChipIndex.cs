using Pile.Format;

namespace Pile.Builders.Sources.Stac;

/// <summary>The chips of an index by their items.</summary>
internal sealed class ChipIndex
{
    private readonly Dictionary<string, Dictionary<(int Y, int X), IndexedChip>> items = new(StringComparer.Ordinal);

    /// <summary>Adds a chip.</summary>
    /// <exception cref="ValueInvalidException">The item has this chip already.</exception>
    internal void Add(string item, IndexedChip chip)
    {
        if (!items.TryGetValue(item, out Dictionary<(int, int), IndexedChip>? chips))
            items.Add(item, chips = []);
        if (chips.TryGetValue((chip.Y, chip.X), out IndexedChip? other))
            throw new ValueInvalidException(chip.File, chip.Row, "", $"chip ({chip.X}, {chip.Y}) of '{item}'",
                $"unique: row {other.Row} of '{other.File}' has it, too", "Remove one of them, or build a dataset of each index");
        chips.Add((chip.Y, chip.X), chip);
    }

    /// <summary>Takes the chips of an item, row after row from the top; null if the index has none.</summary>
    internal IReadOnlyList<IndexedChip>? Take(string item) =>
        items.Remove(item, out Dictionary<(int Y, int X), IndexedChip>? chips)
            ? [.. chips.OrderBy(c => c.Key.Y).ThenBy(c => c.Key.X).Select(c => c.Value)] : null;

    /// <summary>The items that were not taken, each with its first chip.</summary>
    internal IEnumerable<(string Item, IndexedChip Chip)> Left => items.OrderBy(i => i.Key, StringComparer.Ordinal)
        .Select(i => (i.Key, i.Value.Values.MinBy(c => (c.File, c.Row))!));
}
