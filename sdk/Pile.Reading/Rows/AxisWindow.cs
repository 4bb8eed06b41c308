namespace Pile.Reading;

/// <summary>A part of the rows along one axis of the dataset's modality, for example channels 100 to 199 of cubes.</summary>
/// <param name="Axis">The axis by its name in <c>format-spec/modalities</c>: <c>lambda</c>, <c>y</c>, <c>x</c>, <c>band</c> …</param>
/// <param name="Start">The first element, from 0.</param>
/// <param name="Count">The number of elements, at least 1.</param>
internal readonly record struct AxisWindow(string Axis, int Start, int Count);
