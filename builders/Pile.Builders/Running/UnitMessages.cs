using System.Globalization;

namespace Pile.Builders;

/// <summary>The messages about units. A survey may have a million files about which there is the same to say: of each text the first few
/// are reported at once, and the number of the others at the end.</summary>
internal sealed class UnitMessages(Action<string>? onMessage)
{
    private const int Shown = 3;

    private readonly Lock reporting = new();
    private readonly Dictionary<string, HashSet<string>> unitsOf = new(StringComparer.Ordinal);

    /// <summary>Returns what receives the messages about a unit; null if messages are not reported.</summary>
    internal Action<string>? Of(SourceUnit unit) => onMessage is null ? null : message => Report(unit.Id, unit.WithoutPath(message));

    /// <summary>Reports how many units were not named, for each message.</summary>
    internal void ReportOthers()
    {
        lock (reporting)
            foreach ((string message, HashSet<string> units) in unitsOf.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                if (units.Count > Shown)
                    onMessage?.Invoke(string.Create(CultureInfo.InvariantCulture, $"{units.Count - Shown:N0} more: {message}"));
    }

    private void Report(string unit, string message)
    {
        lock (reporting)
        {
            if (!unitsOf.TryGetValue(message, out HashSet<string>? units))
                unitsOf.Add(message, units = new HashSet<string>(StringComparer.Ordinal));
            if (units.Add(unit) && units.Count <= Shown)
                onMessage!($"{unit}: {message}");
        }
    }
}
