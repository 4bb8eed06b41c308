using Pile.Format;

namespace Pile.Reading;

/// <summary>Says that a dataset has no such column, and what comes near.</summary>
internal static class UnknownColumn
{
    internal static string Message(string dataset, string asked, IEnumerable<string> names) =>
        $"Dataset '{dataset}' has no column '{asked}'. {NearNames.Hint(asked, names)}.";
}
