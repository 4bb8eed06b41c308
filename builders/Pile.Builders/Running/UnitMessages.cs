using System.Globalization;

namespace Pile.Builders;

/// <summary>The messages about a source and its units. A survey may have a million files about which there is the same to say: of each
/// text the first few are reported at once, and the number of the others at the end.</summary>
internal sealed class UnitMessages(Action<string>? onMessage)
{
    private const int Shown = 3;

    private readonly Lock reporting = new();
    private readonly Dictionary<string, HashSet<string>> unitsOf = new(StringComparer.Ordinal);
    private readonly List<string> first = [];
    private int count;

    /// <summary>The first messages and the number of the others; empty without any.</summary>
    internal string Summary
    {
        get
        {
            lock (reporting)
                return string.Join(" | ", first) + (count > Shown ? $" | and {count - Shown} other messages" : "");
        }
    }

    /// <summary>Returns what receives the messages about a unit.</summary>
    internal Action<string> Of(SourceUnit unit) => message =>
    {
        string text = unit.WithoutPath(message);
        lock (reporting)
        {
            if (!unitsOf.TryGetValue(text, out HashSet<string>? units))
                unitsOf.Add(text, units = new HashSet<string>(StringComparer.Ordinal));
            if (units.Add(unit.Id))
                Keep($"{NameOf(unit)}: {text}", isShown: units.Count <= Shown);
        }
    };

    // The id of a block of rows ends with the number of its first row.
    private static string NameOf(SourceUnit unit)
    {
        string row = unit.FirstRow.ToString(CultureInfo.InvariantCulture);
        if (unit.RowCount is null || !unit.Id.EndsWith($":{row}", StringComparison.Ordinal))
            return unit.Id;
        string file = unit.Id[..^(row.Length + 1)];
        return unit.FirstRow == 0 ? file : $"{file}, from row {row}";
    }

    /// <summary>Reports a message about the source.</summary>
    internal void Report(string message)
    {
        lock (reporting)
            Keep(message, isShown: true);
    }

    /// <summary>Reports how many units were not named, for each message.</summary>
    internal void ReportOthers()
    {
        lock (reporting)
            foreach ((string message, HashSet<string> units) in unitsOf.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                if (units.Count > Shown)
                    onMessage?.Invoke(string.Create(CultureInfo.InvariantCulture, $"{units.Count - Shown:N0} more: {message}"));
    }

    private void Keep(string message, bool isShown)
    {
        if (count++ < Shown)
            first.Add(message);
        if (isShown)
            onMessage?.Invoke(message);
    }
}
