namespace Pile.Fits;

/// <summary>A field of an ASCII table that is not valid.</summary>
/// <param name="Row">Its row, from 0.</param>
/// <param name="Text">Its characters.</param>
/// <param name="Expected">What was expected: <c>a number</c>.</param>
internal sealed record FitsField(long Row, string Text, string Expected);
