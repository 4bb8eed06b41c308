namespace Pile.Layers;

/// <summary>What the boxes of a field have beside <c>x</c>, <c>y</c>, <c>width</c> and <c>height</c>.</summary>
[Flags]
internal enum BoxMembers
{
    None = 0,

    /// <summary>The name of a class, one of the categories of the field.</summary>
    Class = 1,

    /// <summary>A number, such as the confidence of a detection.</summary>
    Score = 2,
}
