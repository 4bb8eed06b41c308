using System.Collections.Frozen;

namespace Pile.Tables;

/// <summary>The names of <see cref="RaUnit"/> in recipes and on command lines.</summary>
internal static class RaUnits
{
    /// <summary><c>deg</c>, <c>hours</c> (or <c>hour</c>), <c>rad</c>, <c>sexagesimal</c>.</summary>
    public static FrozenDictionary<string, RaUnit> Words { get; } = new Dictionary<string, RaUnit>
    {
        ["deg"] = RaUnit.Degrees,
        ["hours"] = RaUnit.Hours,
        ["hour"] = RaUnit.Hours,
        ["rad"] = RaUnit.Radians,
        ["sexagesimal"] = RaUnit.Sexagesimal,
    }.ToFrozenDictionary(StringComparer.Ordinal);
}
