namespace Pile.Layers;

/// <summary>A rectangle of a picture, in pixels: <c>x</c> goes right, <c>y</c> goes down, and edges of pixels are at integers.</summary>
/// <param name="X">The left edge.</param>
/// <param name="Y">The upper edge.</param>
/// <param name="Width">The width.</param>
/// <param name="Height">The height.</param>
/// <param name="Class">The name of its class; null if it has none.</param>
/// <param name="Score">A number, such as the confidence of a detection; null if it has none.</param>
internal readonly record struct Box(double X, double Y, double Width, double Height, string? Class, double? Score)
{
    internal const string ClassName = "class", ScoreName = "score";

    /// <summary>What a box is, for messages.</summary>
    internal const string Expected = "a box with finite x and y, width and height of 0 or more, and a class that is not empty";

    // Beyond it, integers are not exact as float64.
    private const double LargestCoordinate = 1L << 53;

    /// <summary>The members of every box, in the order of columns.</summary>
    internal static readonly string[] Sides = ["x", "y", "width", "height"];

    /// <summary>What the box has beside its sides.</summary>
    internal BoxMembers Members => (Class is null ? BoxMembers.None : BoxMembers.Class) | (Score is null ? BoxMembers.None
        : BoxMembers.Score);

    /// <summary>Returns the names of the members of boxes, in the order of columns.</summary>
    internal static IEnumerable<string> NamesOf(BoxMembers members)
    {
        foreach (string side in Sides)
            yield return side;
        if (members.HasFlag(BoxMembers.Class))
            yield return ClassName;
        if (members.HasFlag(BoxMembers.Score))
            yield return ScoreName;
    }

    /// <summary>Returns what is wrong with the box; null if nothing is.</summary>
    internal string? Fault() =>
        FaultOf("x", X) ?? FaultOf("y", Y) ?? FaultOf("width", Width) ?? FaultOf("height", Height)
            ?? (Width < 0 ? $"width {Text(Width)}" : Height < 0 ? $"height {Text(Height)}"
                : Class is "" ? "an empty class" : Score is { } score ? FaultOf(ScoreName, score) : null);

    private static string? FaultOf(string member, double value) =>
        Math.Abs(value) <= LargestCoordinate ? null : $"{member} {Text(value)}";

    private static string Text(double value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
